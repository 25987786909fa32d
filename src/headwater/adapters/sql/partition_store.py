"""Dynamic partitions in a database."""

from __future__ import annotations

from collections.abc import Collection

from headwater.adapters.sql.database import Database
from headwater.adapters.sql.statements import load_statements

_SQL = load_statements("partitions")
_NO_LIMIT = 2**62


class SqlPartitionStore:
    """The port :class:`headwater.ports.partition_store.PartitionStore` over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, keys: Collection[str]) -> None:
        """Add keys; one that is there already stays where it is."""
        rows = [(name, key) for key in keys]
        self._database.write(lambda db: db.executemany(_SQL["add"], rows))

    def delete(self, name: str, key: str) -> None:
        """Remove a key; one that is not there is fine."""
        self._database.write(lambda db: db.execute(_SQL["delete"], (name, key)))

    def keys(self, name: str, *, after: str | None = None, limit: int | None = None) -> list[str]:
        """The keys, from the first or from the one behind ``after`` on."""
        upto = _NO_LIMIT if limit is None else limit
        if after is None:
            return [key for (key,) in self._database.rows(_SQL["keys"], (name, upto))]
        return [key for (key,) in self._database.rows(_SQL["keys_after"], (name, name, after, upto))]

    def has(self, name: str, key: str) -> bool:
        """Whether there is a key."""
        return bool(self._database.rows(_SQL["has"], (name, key)))

    def count(self, name: str) -> int:
        """How many keys there are."""
        return int(self._database.rows(_SQL["count"], (name,))[0][0])
