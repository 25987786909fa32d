"""Storage in a SQL database: SQLite (a file) or Postgres (a server). Open first: ``storage.py``, then ``database.py``."""
