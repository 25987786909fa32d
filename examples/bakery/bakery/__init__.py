"""A Headwater project."""
