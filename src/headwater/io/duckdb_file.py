"""A DuckDB file and the connections to it: open only while they are needed, and patient with who else has
it open.

DuckDB lets one process write a file, or any number read it. Within a process all connections share one
opened file, which is opened either for reading or for writing.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from headwater.io.duckdb_name import REMOTE
from headwater.io.duckdb_use import DuckDBUse, StillRead, use_of
from headwater.io.lease import Holder, LeaseTimeout, command_of
from headwater.io.patience import Patience
from headwater.io.publish import make_folder, publish_new, sweep
from headwater.model.errors import DatabaseLockedError

_HOLDER = re.compile(r"lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
_FOREIGN_PAUSE = 0.25
"""Another program has the file, not a Headwater that waits in line: DuckDB takes some ms of work for each try."""
_OWN_USE = re.compile("different configuration|Unique file handle conflict")
_OWN_CODE = "this process, where other code has opened it in another way"
Tell = Callable[[str], object]
_OWN_THREADS = "this process, where other threads read it"


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
    def writing(self, purpose: str = "", tell: Tell | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with an open transaction, which is committed at the end and void after any error.

        Threads of this process write one after the other, and so do processes. ``purpose`` is what those
        are told who wait for too long; ``tell`` is told in words when this one waits for more than two seconds.
        """
        with self._use.writer, self.connecting(purpose, tell) as connection:
            connection.execute("BEGIN TRANSACTION")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def reading(self, tell: Tell | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that reads. Raises :class:`FileNotFoundError` where there is no file; none is made."""
        if self.is_local and not os.path.exists(self.database):
            raise FileNotFoundError(self.database)
        with self._opened(read_only=self.is_local, tell=tell) as connection:
            yield connection

    @contextmanager
    def connecting(self, purpose: str = "", tell: Tell | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that reads and writes, each statement by itself. The file is made if need be."""
        if self.is_local:
            self._ensure_file()
        with self._opened(read_only=False, purpose=purpose, tell=tell) as connection:
            yield connection

    def _ensure_file(self) -> None:
        """Make the file elsewhere first: DuckDB leaves one that nobody can open when it dies meanwhile."""
        folder = os.path.dirname(self.database) or os.curdir
        if not os.path.exists(self.database):
            make_folder(folder)
            publish_new(self.database, lambda path: duckdb.connect(path, config=self._config).close())
        sweep(folder)

    @property
    def _use(self) -> DuckDBUse:
        return use_of(self.database, is_file=self.is_local)

    @contextmanager
    def _opened(
        self, *, read_only: bool, purpose: str = "", tell: Tell | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        told = None if tell is None else lambda holder: tell(self._waiting(holder))
        patience, use = Patience(self._patience_seconds, told), self._use
        try:
            with use.entered(read_only, patience, purpose) as mode:
                connection = self._connect(use, mode, patience)
                try:
                    yield connection
                finally:
                    with use.door:
                        connection.close()
        except StillRead:
            raise self._locked(patience, Holder(os.getpid(), _OWN_THREADS)) from None
        except LeaseTimeout as timeout:
            raise self._locked(patience, timeout.holder) from None

    def _connect(self, use: DuckDBUse, read_only: bool, patience: Patience) -> duckdb.DuckDBPyConnection:
        while True:
            try:
                with use.door:
                    return duckdb.connect(self.database, read_only=read_only, config=self._config)
            except duckdb.Error as error:
                found = _HOLDER.search(str(error))
                if found is None and not _OWN_USE.search(str(error)):
                    error.add_note(f"While the DuckDB file {self.database} was opened.")
                    raise
                if found is None and read_only:  # the user's own code has it open for writing: join in
                    read_only = False
                elif not patience.pause(_FOREIGN_PAUSE, functools.partial(_holder, found)):
                    raise self._locked(patience, _holder(found)) from error

    def _waiting(self, holder: Holder | None) -> str:
        who = str(holder) if holder is not None else "another process"
        return (
            f"Waiting for the DuckDB file {self.database}, which {who} has open. One process at a time can write it; the "
            f"wait ends after {self._patience_seconds:g} s at the latest."
        )

    def _locked(self, patience: Patience, holder: Holder | None) -> DatabaseLockedError:
        waited = patience.waited_seconds
        who = str(holder) if holder is not None else "another process"
        return DatabaseLockedError(
            f"The DuckDB file {self.database} is locked by {who}, still after waiting {waited:.1f} s. "
            "One process at a time can write a DuckDB file, and no other reads it meanwhile. Close the "
            "connection there, or end that process.",
            database=self.database,
            pid=holder.pid if holder is not None else None,
            command=holder.command if holder is not None else "",
            waited_seconds=waited,
        )


def _holder(found: re.Match[str] | None) -> Holder:
    """The process that DuckDB itself names, or this one."""
    if found is None:
        return Holder(os.getpid(), _OWN_CODE)
    pid = int(found["pid"])
    return Holder(pid, command_of(pid) or found["program"])
