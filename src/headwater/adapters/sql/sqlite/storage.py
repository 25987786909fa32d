"""The storage of an instance in one SQLite file, ``history.db``."""

from __future__ import annotations

import os
from pathlib import Path

from headwater.adapters.sql.sqlite.database import SqliteDatabase
from headwater.adapters.sql.sqlite.schema import upgrade_file
from headwater.adapters.sql.storage import SqlStorage
from headwater.model.errors import StorageError
from headwater.ports.clock import Clock, SystemClock

FILE_NAME = "history.db"
PATIENCE_SECONDS = 30.0


class SqliteStorage(SqlStorage):
    """The port :class:`headwater.ports.storage.Storage` over a file; see :func:`open_storage`."""

    database: SqliteDatabase


def open_storage(
    folder: str | os.PathLike[str], *, clock: Clock | None = None, patience_seconds: float = PATIENCE_SECONDS
) -> SqliteStorage:
    """The history kept in ``folder``, which is made when it is missing, as is the file in it.

    ``patience_seconds`` is how long a call waits for other writers. Raises :class:`StorageError` when the
    file cannot be made or read, :class:`StorageNewerError` when a newer Headwater wrote it.

    >>> storage = open_storage(".headwater")  # doctest: +SKIP
    >>> storage.runs.count()  # doctest: +SKIP
    0
    """
    clock = clock or SystemClock()
    path = Path(folder).absolute() / FILE_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
    except OSError as error:
        raise StorageError(
            f"The history in {path} cannot be made or opened: {error.strerror}. "
            "Make the file and its folder writable, or choose another: HEADWATER_HOME."
        ) from error
    database = SqliteDatabase(path, patience_seconds)
    upgrade_file(database, clock.now())
    return SqliteStorage(database, clock)
