"""A database on a server: one transaction writes at a time, and a connection that is lost is taken up again.

As with SQLite, whoever writes holds a lock from the beginning to the commit. So numbers of events ascend in the order of
commits ("everything after number n" never skips one), and what a transaction has read is true until it ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

import psycopg

from headwater.adapters.sql.database import Cursor, T, Transaction
from headwater.adapters.sql.postgres.dialect import POSTGRES
from headwater.adapters.sql.postgres.failure import build_storage_error, build_unreachable_error
from headwater.adapters.sql.postgres.place import PostgresPlace
from headwater.adapters.sql.postgres.pool import Handle, Pool

# The lock is one of the schema's, so that several histories can be in one database.
_BEGIN = (
    "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('headwater ' || current_schema(), 0)); "
    "SELECT pg_current_xact_id()::text"
)
_SECONDS_BETWEEN_LOOKS = 0.1


class ConnectionLostError(Exception):
    """The connection broke, and what was to be written is not there."""


class _Session:
    """A transaction, whose statements have ``?`` where psycopg has ``%s``."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor:
        return self._handle.execute(_psycopg_words(sql), values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        with self._handle.cursor() as cursor:
            cursor.executemany(_psycopg_words(sql), rows)


class PostgresDatabase:
    """Connects when it is first used. Waits ``patience_seconds`` for the server, and for others that write."""

    dialect = POSTGRES

    def __init__(self, place: PostgresPlace, patience_seconds: float) -> None:
        self.place = place
        self.location = place.name
        self._patience_seconds = patience_seconds
        self.pool = Pool(place, patience_seconds)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Let ``work`` write: all of it, or nothing when it raises. It is called again where a connection was lost."""
        return self._patiently(lambda deadline: self._write(work, deadline))

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Let ``work`` read: all of it as it is at one moment, while others write."""
        return self._patiently(lambda deadline: self._read(work, deadline))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""
        return self._patiently(lambda deadline: self._rows(sql, values, deadline))

    def close(self) -> None:
        """Close the connections. A later use opens one again."""
        self.pool.close()

    def _patiently(self, attempt: Callable[[float], T]) -> T:
        deadline = time.monotonic() + self._patience_seconds
        while True:
            try:
                return attempt(deadline)
            except ConnectionLostError as lost:
                self.pool.forget_idle()
                if time.monotonic() >= deadline:
                    error = cast("psycopg.Error", lost.__cause__)
                    raise build_unreachable_error(self.location, error, self._patience_seconds) from error

    def _rows(self, sql: str, values: Sequence[Any], deadline: float) -> list[Any]:
        with self.pool.connection(deadline) as handle:
            try:
                return handle.execute(_psycopg_words(sql), values).fetchall()
            except psycopg.Error as error:
                raise self._failure(handle, error) from error

    def _read(self, work: Callable[[Transaction], T], deadline: float) -> T:
        with self.pool.connection(deadline) as handle:
            try:
                handle.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                return work(_Session(handle))
            except psycopg.Error as error:
                raise self._failure(handle, error) from error
            finally:
                _roll_back(handle)

    def _write(self, work: Callable[[Transaction], T], deadline: float) -> T:
        with self.pool.connection(deadline, to_write=True) as handle:
            try:
                transaction_id = _begin(handle)
                result = work(_Session(handle))
            except psycopg.Error as error:
                failure = self._failure(handle, error)
                _roll_back(handle)
                raise failure from error
            except BaseException:
                _roll_back(handle)
                raise
            try:
                handle.execute("COMMIT")
                return result
            except psycopg.Error as error:
                if not handle.closed:
                    raise self._failure(handle, error) from error
                lost = error
        if self._is_committed(transaction_id, deadline):
            return result
        raise ConnectionLostError from lost

    def _is_committed(self, transaction_id: str, deadline: float) -> bool:
        """Whether the commit, to which there was no answer, has happened."""
        self.pool.forget_idle()
        while True:
            with self.pool.connection(deadline) as handle:
                row = handle.execute("SELECT pg_xact_status(%s::xid8)", [transaction_id]).fetchone()
            if row is None or row[0] != "in progress" or time.monotonic() >= deadline:
                return row is not None and row[0] == "committed"
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def _failure(self, handle: Handle, error: psycopg.Error) -> Exception:
        if handle.closed:
            return ConnectionLostError(str(error))
        return build_storage_error(self.location, error, self._patience_seconds)


class ServerClock:
    """The clock of the server: the one by which several machines agree when a lease ends."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return float(self._database.rows("SELECT extract(epoch FROM clock_timestamp())::float8")[0][0])

    def up_since(self) -> float:
        """When the server was started."""
        return float(
            self._database.rows("SELECT extract(epoch FROM pg_postmaster_start_time())::float8")[0][0]
        )


def _begin(handle: Handle) -> str:
    """Begin, as the only one that writes; the number by which the server knows the transaction."""
    cursor = handle.execute(_BEGIN)
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    assert row is not None
    return str(row[0])


def _roll_back(handle: Handle) -> None:
    """Undo. Where the connection is lost, the server does so by itself."""
    if not handle.closed:
        handle.cancel_safe(timeout=1.0)
        handle.execute("ROLLBACK")


@lru_cache(maxsize=1024)
def _psycopg_words(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()
