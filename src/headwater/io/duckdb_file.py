"""A DuckDB file and the connections to it: open only while they are needed, and patient with who else has
it open.

DuckDB lets one process write a file, or any number read it. Within a process all connections share one
opened file, which is opened either for reading or for writing.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from headwater.io.publish import make_folder, publish_new, sweep
from headwater.model.errors import DatabaseLockedError

_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.25
_HOLDER = re.compile(r"lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
_OWN_USE = re.compile("different configuration|Unique file handle conflict")
_OWN_PROGRAM = "this process, where other code has opened it in another way"
REMOTE = ("md:", "motherduck:")
"""How the names of databases begin that are no files."""


class DuckDBFile:
    """A database by the name that users give it: a path, or ``md:…`` for a database of MotherDuck.

    Raises :class:`DatabaseLockedError`, naming the process, when another one keeps the file locked for
    longer than ``patience_seconds``.

    >>> with DuckDBFile("analytics.duckdb", patience_seconds=10).writing() as connection:
    ...     connection.execute("CREATE TABLE …")
    """

    def __init__(
        self,
        database: str,
        config: Mapping[str, Any] | None = None,
        *,
        patience_seconds: float,
    ) -> None:
        self.database = database
        self._config = dict(config or {})
        self._patience_seconds = patience_seconds

    @property
    def is_local(self) -> bool:
        """Whether it is a file of this machine."""
        return not self.database.startswith((*REMOTE, ":memory:"))

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with an open transaction, which is committed at the end and void after any error.

        Threads of this process write one after the other.
        """
        with self._use.writer, self.connecting() as connection:
            connection.execute("BEGIN TRANSACTION")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that reads. Raises :class:`FileNotFoundError` where there is no file; none is made."""
        if self.is_local and not os.path.exists(self.database):
            raise FileNotFoundError(self.database)
        with self._opened(read_only=self.is_local) as connection:
            yield connection

    @contextmanager
    def connecting(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that reads and writes, each statement by itself. The file is made if need be."""
        if self.is_local:
            self._ensure_file()
        with self._opened(read_only=False) as connection:
            yield connection

    def _ensure_file(self) -> None:
        """Make the file elsewhere first: DuckDB leaves one that nobody can open when it dies meanwhile."""
        folder = os.path.dirname(self.database) or os.curdir
        if not os.path.exists(self.database):
            make_folder(folder)
            publish_new(self.database, lambda path: duckdb.connect(path, config=self._config).close())
        sweep(folder)

    @property
    def _use(self) -> _Use:
        place = os.path.realpath(self.database) if self.is_local else self.database
        return _uses.setdefault(place, _Use())

    @contextmanager
    def _opened(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        deadline, use = _Deadline(self._patience_seconds), self._use
        try:
            with use.entered(read_only, deadline) as mode:
                connection = self._connect(use, mode, deadline)
                try:
                    yield connection
                finally:
                    with use.door:
                        connection.close()
        except _StillRead:
            raise self._locked(deadline, str(os.getpid()), "other threads of this process read it") from None

    def _connect(self, use: _Use, read_only: bool, deadline: _Deadline) -> duckdb.DuckDBPyConnection:
        while True:
            try:
                with use.door:
                    return duckdb.connect(self.database, read_only=read_only, config=self._config)
            except duckdb.Error as error:
                holder = _HOLDER.search(str(error))
                if holder is None and not _OWN_USE.search(str(error)):
                    error.add_note(f"While the DuckDB file {self.database} was opened.")
                    raise
                if holder is None and read_only:  # the user's own code has it open for writing: join in
                    read_only = False
                elif not deadline.pause():
                    pid, program = holder.group("pid", "program") if holder else (os.getpid(), _OWN_PROGRAM)
                    raise self._locked(deadline, str(pid), program) from error

    def _locked(self, deadline: _Deadline, pid: str, program: str) -> DatabaseLockedError:
        return DatabaseLockedError(
            f"The DuckDB file {self.database} is locked by process {pid} ({program}), still after waiting "
            f"{deadline.waited_seconds:.1f} s. One process at a time can write a DuckDB file, and no other "
            "reads it meanwhile. Close the connection there, or end that process."
        )


class _Deadline:
    """A wait that grows longer from try to try, and ends."""

    def __init__(self, seconds: float) -> None:
        self._began = time.monotonic()
        self._ends = self._began + seconds
        self._pause = _FIRST_PAUSE

    @property
    def waited_seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def left_seconds(self) -> float:
        return self._ends - time.monotonic()

    def pause(self) -> bool:
        """Wait a little, at random so that processes do not keep in step. False when the time is over."""
        if self.left_seconds <= 0:
            return False
        time.sleep(min(self._pause * random.uniform(0.5, 1.5), max(self.left_seconds, 0)))
        self._pause = min(self._pause * 1.5, _LONGEST_PAUSE)
        return True


class _StillRead(Exception):
    """Other threads have the file open for reading, and it is to be written."""


class _Use:
    """How this process has a file open: for reading only or not, and by how many connections."""

    def __init__(self) -> None:
        self.read_only = False
        self.connections = 0
        self.changed = threading.Condition()
        self.writer = threading.Lock()  # held as long as a value is written
        self.door = (
            threading.Lock()
        )  # held while a connection is opened or closed: DuckDB cannot do both at once

    @contextmanager
    def entered(self, read_only: bool, deadline: _Deadline) -> Iterator[bool]:
        """Count a connection. Yields whether it is to be opened for reading only.

        A reader joins a writer; a writer waits until readers have closed the file. Raises :class:`_StillRead`.
        """
        with self.changed:
            while self.connections and self.read_only and not read_only:
                if not self.changed.wait(deadline.left_seconds) and deadline.left_seconds <= 0:
                    raise _StillRead
            if not self.connections:
                self.read_only = read_only
            self.connections += 1
            read_only = self.read_only
        try:
            yield read_only
        finally:
            with self.changed:
                self.connections -= 1
                self.changed.notify_all()


_uses: dict[str, _Use] = {}
"""The files that this process has had open, by path. A forked child has none of its parent's connections."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_uses.clear)
