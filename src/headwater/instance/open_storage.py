"""Opens the history of a home: the database server that its settings name, else the file in it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from headwater.adapters.sql.sqlite.storage import FILE_NAME
from headwater.adapters.sql.sqlite.storage import open_storage as open_file
from headwater.adapters.sql.storage import SqlStorage
from headwater.instance.database_url import find_database_url
from headwater.model.errors import StorageError

SCHEMES = ("postgresql", "postgres")


def open_history(home: Path) -> SqlStorage:
    """The history of ``home``. Raises :class:`StorageError` when it cannot be reached or used."""
    url = find_database_url(home)
    return open_file(home) if url is None else open_server(url)


def open_server(url: str) -> SqlStorage:
    """The history on the server of ``url``. Raises :class:`StorageError`, also where psycopg is not installed."""
    if urlsplit(url).scheme not in SCHEMES:
        raise StorageError(
            f"Headwater keeps no history in {urlsplit(url).scheme or 'such a place'}://…: the URL of a history begins with "
            f"postgresql://. Without a URL it is the file {FILE_NAME} in HEADWATER_HOME."
        )
    try:
        from headwater.adapters.sql.postgres.storage import open_storage
    except ImportError as error:
        raise StorageError(
            "A history in Postgres needs psycopg. Install it: pip install 'headwater[postgres]'"
        ) from error
    return open_storage(url)
