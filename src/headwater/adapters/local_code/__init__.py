"""Code locations in processes of this machine."""
