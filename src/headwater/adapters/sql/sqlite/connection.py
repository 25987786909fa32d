"""One connection to a database file: used by one thread at a time, patient with locks, closed around a fork.

A fork must not carry an open connection: what SQLite knows about file locks is inherited, the locks are not.
A connection which the child opens *beside* an inherited one holds no lock at all, and its commits vanish when
another process tidies up the write-ahead log. So it is not enough to remember the process id and open anew:
all connections are closed just before a fork, and each side opens its own when it next needs one.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headwater.adapters.sql.sqlite.failure import (
    build_locked_error,
    build_missing_error,
    build_storage_error,
    is_busy,
)

_WAIT_IN_SQLITE_SECONDS = 0.1  # short, so that Ctrl-C is heard while waiting for a lock
_PAUSE_SECONDS = 0.002  # some locks are refused at once, without waiting
_STATEMENT_CACHE = 256
_PAGES_BETWEEN_CHECKPOINTS = 4000  # 16 MB; a checkpoint flushes to disk, and a commit waits for it


class Connection:
    """A connection to an existing file (an empty one will do), which opens when it is first used.

    >>> with connection.transaction() as db:  # doctest: +SKIP
    ...     db.execute("DELETE FROM named_values")
    """

    def __init__(self, path: Path, patience_seconds: float) -> None:
        self._path = path
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._handle: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        _connections.add(self)

    @contextmanager
    def transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
        """Write: commits at the end, and leaves nothing when the body or the commit fails. (``BEGIN``: only read.)

        Raises :class:`StorageLockedError` after the patience, :class:`StorageError` for all else that the
        database says.
        """
        deadline = self._acquire()
        try:
            handle = self._handle or self._open()
            self._require_same_file()
            if handle.in_transaction:  # an interrupt hit between two lines of this method
                handle.execute("ROLLBACK")
            self._patiently(handle, begin, (), deadline)
            try:
                yield handle
                handle.execute("COMMIT")
            except BaseException:
                if handle.in_transaction:  # a full disk has already rolled it back
                    handle.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise build_storage_error(self._path, error, self._patience_seconds) from error
        finally:
            self._lock.release()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Read: all rows of one query, as tuples."""
        deadline = self._acquire()
        try:
            return self._patiently(self._handle or self._open(), sql, values, deadline)
        except sqlite3.Error as error:
            raise build_storage_error(self._path, error, self._patience_seconds) from error
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close it. A later use opens it again."""
        with self._lock:
            self._release()

    def __del__(self) -> None:
        self._release()

    def _acquire(self) -> float:
        """Become the one thread that uses the connection; the moment at which patience ends."""
        if not self._lock.acquire(timeout=self._patience_seconds):
            raise build_locked_error(self._path, self._patience_seconds)
        return time.monotonic() + self._patience_seconds

    def _open(self) -> sqlite3.Connection:
        self._handle = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw",  # never makes an empty file in the place of one that is gone
            uri=True,
            timeout=min(_WAIT_IN_SQLITE_SECONDS, self._patience_seconds),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENT_CACHE,
        )
        # A commit outlives its process at once, and the machine once the log is flushed: docs/adr/0002.
        self._handle.execute("PRAGMA synchronous = NORMAL")
        self._handle.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_BETWEEN_CHECKPOINTS}")
        return self._handle

    def _require_same_file(self) -> None:
        """A file that is deleted in use takes along what is written to it, and nobody would notice."""
        try:
            status = os.stat(self._path)
        except FileNotFoundError as error:
            raise build_missing_error(self._path) from error
        file = (status.st_dev, status.st_ino)
        if file != (self._file or file):
            raise build_missing_error(self._path)
        self._file = file

    def _release(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    @staticmethod
    def _patiently(handle: sqlite3.Connection, sql: str, values: Sequence[Any], deadline: float) -> list[Any]:
        while True:
            try:
                return handle.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() >= deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)

    def _pause(self) -> None:
        """Close, and keep every thread out until :meth:`_resume`."""
        self._lock.acquire()
        self._release()

    def _resume(self) -> None:
        self._lock.release()


_connections: weakref.WeakSet[Connection] = weakref.WeakSet()
_paused: list[Connection] = []
_forking = threading.Lock()


def _before_fork() -> None:
    _forking.acquire()
    for connection in list(_connections):
        connection._pause()
        _paused.append(connection)


def _after_fork() -> None:
    while _paused:
        _paused.pop()._resume()
    _forking.release()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
