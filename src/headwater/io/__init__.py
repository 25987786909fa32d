"""The I/O managers."""
