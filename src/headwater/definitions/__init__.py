"""Definitions: what users write."""
