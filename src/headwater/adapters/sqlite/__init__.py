"""Storage in one SQLite file. Open this first: :func:`headwater.adapters.sqlite.storage.open_storage`."""
