"""What only SQLite needs: connections to a file, its words, and its schema. Open first: ``storage.py``."""
