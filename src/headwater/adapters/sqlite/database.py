"""The database file of a history: one connection that writes and one that reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from headwater.adapters.sqlite.connection import Connection


class Database:
    """A file with two connections, so that a long list does not keep a run from writing."""

    def __init__(self, path: Path, patience_seconds: float) -> None:
        self.path = path
        self.writer = Connection(path, patience_seconds)
        self.reader = Connection(path, patience_seconds)

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
