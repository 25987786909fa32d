"""Adapters: implementations of the ports. Folders are strangers to each other."""
