"""The database of a history, as the stores see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from headwater.adapters.sql.dialect import Dialect

T = TypeVar("T")


class Cursor(Protocol):
    """What a statement has brought."""

    @property
    def rowcount(self) -> int:
        """How many rows it has changed."""
        ...

    def fetchone(self) -> Any:
        """The next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        ...


class Transaction(Protocol):
    """Statements that count together. A value stands as ``?`` in them."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor:
        """One statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """One statement for each row of values."""
        ...


class Database(Protocol):
    """Where the tables are. One transaction writes at a time, in the whole database; reading waits for nobody.

    Raises :class:`StorageLockedError` when it stays busy, :class:`StorageError` when it fails.
    """

    @property
    def dialect(self) -> Dialect:
        """What is said differently to it."""
        ...

    @property
    def location(self) -> str:
        """Where it is, for people."""
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Let ``work`` write: all of it, or nothing when it raises. It is called again where a connection was lost."""
        ...

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Let ``work`` read: all of it as it is at one moment, while others write."""
        ...

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""
        ...

    def close(self) -> None:
        """Release it. A later use opens it again."""
        ...
