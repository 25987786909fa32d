"""The storage of an instance in one SQLite file, ``history.db``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from headwater.adapters.sqlite.database import Database
from headwater.adapters.sqlite.event_log import SqliteEventLog
from headwater.adapters.sqlite.lease_store import SqliteLeaseStore
from headwater.adapters.sqlite.partition_store import SqlitePartitionStore
from headwater.adapters.sqlite.run_store import SqliteRunStore
from headwater.adapters.sqlite.schedule_store import SqliteScheduleStore
from headwater.adapters.sqlite.schema import upgrade_schema
from headwater.adapters.sqlite.statements import load_statements
from headwater.model.errors import StorageError
from headwater.ports.clock import Clock, SystemClock

_SQL = load_statements("values")
FILE_NAME = "history.db"
PATIENCE_SECONDS = 30.0


class SqliteStorage:
    """The port :class:`headwater.ports.storage.Storage` over a file; see :func:`open_storage`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._runs = SqliteRunStore(database, clock)
        self._event_log = SqliteEventLog(database, clock)
        self._schedules = SqliteScheduleStore(database, self._runs, self._event_log)
        self._leases = SqliteLeaseStore(database, clock)
        self._partitions = SqlitePartitionStore(database)

    @property
    def runs(self) -> SqliteRunStore:
        """The run store."""
        return self._runs

    @property
    def event_log(self) -> SqliteEventLog:
        """The event log."""
        return self._event_log

    @property
    def schedules(self) -> SqliteScheduleStore:
        """How schedules and sensors stand, and their ticks."""
        return self._schedules

    @property
    def leases(self) -> SqliteLeaseStore:
        """The leases."""
        return self._leases

    @property
    def partitions(self) -> SqlitePartitionStore:
        """The dynamic partitions."""
        return self._partitions

    @property
    def database(self) -> Database:
        """The database itself, for tools and tests."""
        return self._database

    @property
    def location(self) -> str:
        """The path of the file."""
        return str(self._database.path)

    def get_values(self, prefix: str = "") -> Mapping[str, str]:
        """Small named values whose names begin with ``prefix``."""
        return dict(self._database.rows(_SQL["get"], (prefix, prefix, prefix)))

    def set_values(self, values: Mapping[str, str | None]) -> None:
        """Set small named values; ``None`` removes one."""
        with self._database.transaction() as db:
            db.executemany(
                _SQL["set"], [(name, value) for name, value in values.items() if value is not None]
            )
            db.executemany(_SQL["remove"], [(name,) for name, value in values.items() if value is None])

    def close(self) -> None:
        """Release the file. Calling it twice is fine."""
        self._database.close()


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
    database = Database(path, patience_seconds)
    upgrade_schema(database.writer, path, clock.now())
    return SqliteStorage(database, clock)
