"""How this process has a DuckDB file open: by which threads, for reading only or not, and under which lease.

Within a process all connections share one opened file. Between processes a file is open either for writing,
in one of them, or for reading, in any number. The lease of the process ends with its last connection.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from headwater.io.lease import Lease
from headwater.io.patience import Patience


class StillRead(Exception):
    """Other threads of this process have the file open for reading, and it is to be written."""


class DuckDBUse:
    """The use of one file by this process. ``place`` is its path, or None for a database that is no file."""

    def __init__(self, place: str | None) -> None:
        self.writer = threading.Lock()  # held as long as a value is written
        self.door = threading.Lock()  # held to open or close a connection: DuckDB cannot do both at once
        self._lease = Lease(place) if place is not None else None
        self._read_only = False
        self._threads: Counter[int] = Counter()  # connections by thread
        self._writers_waiting = 0
        self._changed = threading.Condition()

    @contextmanager
    def entered(self, read_only: bool, patience: Patience, purpose: str = "") -> Iterator[bool]:
        """Count a connection. Yields whether it is to be opened for reading only.

        A reader joins a writer; a writer waits until readers have closed the file, and keeps new ones out
        meanwhile. Raises :class:`StillRead`, and :class:`LeaseTimeout` for other processes.
        """
        with self._changed:
            if read_only:
                self._wait_behind_writers(patience)
            else:
                self._wait_for_readers(patience)
            if not self._threads:
                if self._lease is not None:
                    self._lease.acquire(shared=read_only, patience=patience, purpose=purpose)
                self._read_only = read_only
            read_only = self._read_only
            self._threads[threading.get_ident()] += 1
        try:
            yield read_only
        finally:
            self._leave(threading.get_ident())

    def _leave(self, thread: int) -> None:
        with self._changed:
            self._threads[thread] -= 1
            self._threads += Counter()  # drops what is zero
            if not self._threads and self._lease is not None:
                self._lease.release()
            self._changed.notify_all()

    def _wait_for_readers(self, patience: Patience) -> None:
        self._writers_waiting += 1
        try:
            while self._threads and self._read_only:
                if not self._changed.wait(patience.left_seconds) and patience.left_seconds <= 0:
                    raise StillRead
        finally:
            self._writers_waiting -= 1
            self._changed.notify_all()

    def _wait_behind_writers(self, patience: Patience) -> None:
        """Let those pass who wait to write, here or in another process; a thread that reads already need not."""
        while self._threads and self._read_only and threading.get_ident() not in self._threads:
            wanted = self._writers_waiting or (self._lease is not None and self._lease.is_wanted)
            if not wanted or patience.left_seconds <= 0:
                return
            self._changed.wait(patience.left_seconds)


_uses: dict[str, DuckDBUse] = {}
"""The files that this process has had open, by path. A forked child has none of its parent's connections."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_uses.clear)


def use_of(database: str, *, is_file: bool) -> DuckDBUse:
    """The use of a database, the same for each name of a file."""
    if not is_file:
        return _uses.setdefault(database, DuckDBUse(None))
    place = os.path.realpath(database)
    return _uses.setdefault(place, DuckDBUse(place))
