"""What only Postgres needs: connections to a server, its words, and its schema. Open first: ``storage.py``."""
