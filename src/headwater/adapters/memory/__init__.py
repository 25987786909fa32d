"""Storage in memory, for instances that live as long as a process. Open first: ``storage.py``."""
