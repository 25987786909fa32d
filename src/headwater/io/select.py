"""The SQL that names the rows of a slice: identifiers quoted, values bound."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from headwater.io.table_slice import TablePartitionDimension, TableSlice

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOMENT = "%Y-%m-%d %H:%M:%S"


MARK = "\0"
"""What stands for a bound value in a query until it is run: a character that no query can have itself."""


def quote(identifier: str) -> str:
    """An identifier as SQL, whatever characters it has. Raises :class:`ValueError` for NUL, which no database takes.

    >>> quote('a "b"')
    '"a ""b\"""'
    """
    if MARK in identifier:
        raise ValueError(f"The name {identifier!r} has a NUL character, which no database takes.")
    return '"' + identifier.replace('"', '""') + '"'


def show(identifier: str) -> str:
    """An identifier as people write it: without quotes where it needs none."""
    return identifier if _PLAIN.fullmatch(identifier) else quote(identifier)


def quote_table(table_slice: TableSlice) -> str:
    """Schema and table as SQL."""
    return ".".join(map(quote, names_of(table_slice)))


def quote_schema(table_slice: TableSlice) -> str:
    """The schema as SQL."""
    return ".".join(map(quote, names_of(table_slice)[:-1]))


def names_of(table_slice: TableSlice) -> list[str]:
    """What a table is called in a statement: its schema and its name, and the database before them where need be."""
    names = [table_slice.schema, table_slice.table]
    return [table_slice.catalog, *names] if table_slice.catalog else names


def build_select(table_slice: TableSlice) -> tuple[str, list[str]]:
    """The query for the rows and columns of a slice, and the values to bind."""
    columns = ", ".join(map(quote, table_slice.columns)) if table_slice.columns else "*"
    condition, values = build_condition(table_slice.partition_dimensions)
    return f"SELECT {columns} FROM {quote_table(table_slice)}{condition}", values


def build_condition(
    dimensions: Sequence[TablePartitionDimension] | None, mark: str = "?"
) -> tuple[str, list[str]]:
    """A WHERE clause for the rows of the partitions, or nothing for all rows, and the values to bind.

    ``mark`` is what stands for a value in a statement.
    """
    values: list[str] = []

    def bind(value: str) -> str:
        values.append(value)
        return mark

    conditions = [_condition(dimension, bind) for dimension in dimensions or ()]
    return (" WHERE " + " AND ".join(conditions) if conditions else ""), values


def show_select(table_slice: TableSlice) -> str:
    """The query as people read and run it, with its values in it."""
    columns = ", ".join(map(show, table_slice.columns)) if table_slice.columns else "*"
    query = f"SELECT {columns} FROM {'.'.join(map(show, names_of(table_slice)))}"
    conditions = [_condition(dimension, _literal) for dimension in table_slice.partition_dimensions or ()]
    return query + (" WHERE\n" + " AND\n".join(conditions) if conditions else "")


def _condition(dimension: TablePartitionDimension, value: Callable[[str], str]) -> str:
    expression, partitions = dimension.partition_expr, dimension.partitions
    if hasattr(partitions, "start"):
        return _within(expression, partitions, value)
    if not partitions:
        return "false"
    if hasattr(partitions[0], "start"):
        return "(" + " OR ".join(_within(expression, window, value) for window in partitions) + ")"
    return f"{expression} in ({', '.join(value(str(key)) for key in partitions)})"


def _within(expression: str, window: Any, value: Callable[[str], str]) -> str:
    start, end = value(window.start.strftime(_MOMENT)), value(window.end.strftime(_MOMENT))
    return f"{expression} >= {start} AND {expression} < {end}"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
