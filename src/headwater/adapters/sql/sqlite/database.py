"""The database file of a history: one connection that writes and one that reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from headwater.adapters.sql.database import T, Transaction
from headwater.adapters.sql.sqlite.connection import Connection
from headwater.adapters.sql.sqlite.dialect import SQLITE


class SqliteDatabase:
    """A file with two connections, so that a long list does not keep a run from writing."""

    dialect = SQLITE

    def __init__(self, path: Path, patience_seconds: float) -> None:
        self.path = path
        self.location = str(path)
        self.writer = Connection(path, patience_seconds)
        self.reader = Connection(path, patience_seconds)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Let ``work`` write: all of it, or nothing when it raises."""
        with self.writer.transaction() as db:
            return work(db)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Let ``work`` read: all of it as it is at one moment, while others write."""
        with self.reader.transaction("BEGIN") as db:
            return work(db)

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Write; see :meth:`Connection.transaction`."""
        return self.writer.transaction()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Read; see :meth:`Connection.rows`."""
        return self.reader.rows(sql, values)

    def close(self) -> None:
        """Close both connections."""
        self.reader.close()
        self.writer.close()
