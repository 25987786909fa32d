"""What the name of a DuckDB file says: the schema of its tables, and what it is called within SQL."""

from __future__ import annotations

import os
import re

REMOTE = ("md:", "motherduck:")
"""How the names of databases begin that are no files."""

PUBLIC = "public"

_SCHEMA_IN_NAME = re.compile(r".+\.([A-Za-z_]\w*)")
_USUAL_ENDINGS = frozenset(
    ["bak", "bin", "dat", "data", "database", "db", "db3", "ddb", "duck", "duckdb", "file", "temp", "tmp"]
)
_DUCKDB_OWN_NAMES = frozenset(["main", "system", "temp"])


def default_schema(database: str) -> str:
    """The schema of tables for which none is configured: the ending of the file's name, unless that is a
    usual one.

    >>> default_schema("data/analytics.hackernews"), default_schema("data/analytics.duckdb")
    ('hackernews', 'public')
    """
    found = _SCHEMA_IN_NAME.fullmatch(os.path.basename(database))
    if found is None or database.startswith(REMOTE):
        return PUBLIC
    return PUBLIC if found[1].lower() in _USUAL_ENDINGS else found[1]


def catalog_name(database: str) -> str:
    """What DuckDB calls a file within SQL: its name up to the first dot.

    >>> catalog_name("data/analytics.hackernews")
    'analytics'
    """
    if database.startswith(REMOTE):
        return database.partition(":")[2].partition("?")[0]
    name = os.path.basename(database).lstrip(".").partition(".")[0]
    return f"{name}_db" if name in _DUCKDB_OWN_NAMES else name
