"""A whole history from one database to another, of whatever kind: the tables as they are, numbers and times too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headwater.adapters.sql.database import Database, Transaction

_BATCH = 5_000
# What says how the database stands, and who is at work on it, belongs to that database.
_OWN = frozenset({"migrations", "leases", "sqlite_sequence", "sqlite_stat1"})
_PRESENCE = "supervisor/"


def copy_history(source: Database, target: Database) -> Mapping[str, int]:
    """Make ``target`` hold what ``source`` holds; how many rows of each table. All of it, or nothing when that fails.

    Both have the schema of this Headwater. What was in ``target`` is gone; ``source`` may be written to meanwhile.
    """
    columns = _columns(source)
    return source.read(lambda given: target.write(lambda taken: _copy_tables(given, taken, target, columns)))


def _copy_tables(
    given: Transaction, taken: Transaction, target: Database, columns: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table, names in columns.items():
        taken.execute(f"DELETE FROM {table}")
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        counts[table] = 0
        for rows in _batches(given, table, names):
            taken.executemany(insert, rows)
            counts[table] += len(rows)
        if target.dialect.after_copy is not None and "number" in names:
            taken.execute(target.dialect.after_copy.format(table=table))
    taken.execute("DELETE FROM named_values WHERE substr(name, 1, length(?)) = ?", (_PRESENCE, _PRESENCE))
    return counts


def _batches(db: Transaction, table: str, names: Sequence[str]) -> Iterator[list[Any]]:
    """The rows of a table, a part at a time where they are numbered."""
    query = f"SELECT {', '.join(names)} FROM {table}"
    if names[0] != "number":
        yield db.execute(query).fetchall()
        return
    after = -1
    while rows := db.execute(f"{query} WHERE number > ? ORDER BY number LIMIT {_BATCH}", (after,)).fetchall():
        yield rows
        after = rows[-1][0]


def _columns(database: Database) -> Mapping[str, Sequence[str]]:
    tables: defaultdict[str, list[str]] = defaultdict(list)
    for table, column in database.rows(database.dialect.columns):
        if table not in _OWN:
            tables[table].append(column)
    return tables
