"""Statements of Postgres, as the writer of tables needs them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import psycopg

from headwater.io.select import MARK, quote, quote_table
from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns, SqlTables
from headwater.io.table_slice import TableSlice

_ASIDE = "pg_temp.headwater_rows"
_INTEGERS = {"smallint": 16, "integer": 32, "bigint": 64}
_FLOATS = {"real": 24, "double precision": 53}
_TEXTS = ("text", "character varying")
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")


class PostgresSql(SqlTables):
    """Tables over a connection of psycopg, whose cursors put values into statements as literals."""

    storage_kind = "postgres"

    @property
    def errors(self) -> type[Exception]:
        """What psycopg raises."""
        return psycopg.Error

    def run(self, connection: Any, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows that it wrote."""
        return max(int(connection.execute(marked(statement), list(values)).rowcount), 0)

    def fetch(self, connection: Any, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        rows: list[tuple[Any, ...]] = connection.execute(marked(query), list(values)).fetchall()
        return rows

    def columns_of_query(self, connection: Any, rows: Rendered) -> Columns:
        """The columns of a query."""
        found = connection.execute(
            marked(f"SELECT * FROM ({rows.text}) AS new_rows LIMIT 0"), list(rows.values)
        )
        told = found.pgresult
        kinds = [(told.ftype(number), told.fmod(number)) for number in range(told.nfields)]
        types = connection.execute(
            "SELECT format_type(oid, modifier) FROM unnest(%s::oid[], %s::int[]) WITH ORDINALITY "
            "AS kinds(oid, modifier, number) ORDER BY number",
            [[oid for oid, _ in kinds], [modifier for _, modifier in kinds]],
        ).fetchall()
        return {column.name: type_ for column, (type_,) in zip(found.description, types, strict=True)}

    def columns_of_table(self, connection: Any, table_slice: TableSlice) -> Columns | None:
        """The columns of a table or view, None where there is none."""
        columns = connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [quote_table(table_slice)],
        ).fetchall()
        return dict(columns) or None

    def lock(self, connection: Any, table_slice: TableSlice) -> None:
        """Let writers of a table come one after the other, until the transaction ends. Readers do not wait."""
        connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [quote_table(table_slice)]
        )

    def create_or_replace(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> int:
        """Make the table of a query. One of the same columns is kept, with its indexes, rights and views."""
        table = quote_table(table_slice)
        before = self.columns_of_table(connection, table_slice)
        if before is not None and before == self.columns_of_query(connection, rows):
            kept = self.set_aside(connection, table_slice, rows)  # the query may read the very table
            self.run(connection, f"DELETE FROM {table}")
            return self.run(connection, f"INSERT INTO {table} {kept.text}", kept.values)
        new = table_slice._replace(table="headwater new table")
        self.run(connection, f"DROP TABLE IF EXISTS {quote_table(new)}")
        written = self.run(connection, f"CREATE TABLE {quote_table(new)} AS {rows.text}", rows.values)
        self.run(connection, f"DROP TABLE IF EXISTS {table}")
        self.run(connection, f"ALTER TABLE {quote_table(new)} RENAME TO {quote(table_slice.table)}")
        return written

    def set_aside(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> Rendered:
        """Keep the rows of a query in a temporary table."""
        if rows.text == f"SELECT * FROM {_ASIDE}":
            return rows
        self.run(connection, f"DROP TABLE IF EXISTS {_ASIDE}")
        self.run(connection, f"CREATE TEMP TABLE headwater_rows ON COMMIT DROP AS {rows.text}", rows.values)
        return Rendered(f"SELECT * FROM {_ASIDE}")

    def keeps(self, connection: Any, rows: Rendered, column: str, there: str) -> bool:
        """Whether all values of a column keep their meaning in a column of the type ``there``."""
        type_ = self.columns_of_query(connection, rows)[column]
        if _holds(there, type_):
            return True
        name = quote(column)
        if there in _INTEGERS and type_ in _INTEGERS:
            least, most = -(2 ** (_INTEGERS[there] - 1)), 2 ** (_INTEGERS[there] - 1) - 1
            outside = f"{name} NOT BETWEEN {least} AND {most}"
        else:
            outside = f"{name} IS NOT NULL"
        query = f"SELECT count(*) FROM ({rows.text}) AS new_rows WHERE {outside}"
        return self.fetch(connection, query, rows.values) == [(0,)]

    def widened(self, connection: Any, table_slice: TableSlice, column: str, rows: Rendered) -> str | None:
        """The type that holds the values of the table and of the query without loss, None where there is none."""
        before = (self.columns_of_table(connection, table_slice) or {})[column]
        now = self.columns_of_query(connection, rows)[column]
        stored = Rendered(f"SELECT {quote(column)} FROM {quote_table(table_slice)}")
        for wide in (now, "double precision", "numeric"):
            fits = _holds(wide, now) or wide == now
            if fits and (_holds(wide, before) or self.keeps(connection, stored, column, wide)):
                return wide
        return None


def marked(statement: str) -> str:
    """A statement as psycopg takes it: its own marks for values, and per cent signs that are none written twice."""
    return statement.replace("%", "%%").replace(MARK, "%s")


def _holds(wide: str, narrow: str) -> bool:
    """Whether each value of a type is one of another type as well."""
    if wide == narrow:
        return True
    if narrow in _INTEGERS:
        held = _INTEGERS.get(wide, _FLOATS.get(wide, 64 if wide == "numeric" else 0))
        return held >= _INTEGERS[narrow] - (wide in _FLOATS)
    if narrow in _FLOATS:
        return _FLOATS.get(wide, 0) > _FLOATS[narrow]
    if narrow.startswith(("character", "text")):
        return wide in _TEXTS
    few, many = _NUMERIC.fullmatch(narrow), _NUMERIC.fullmatch(wide)
    if few and many:
        whole = int(many[1]) - int(many[2]) - (int(few[1]) - int(few[2]))
        return whole >= 0 and int(many[2]) >= int(few[2])
    return (narrow.startswith("numeric") and wide == "numeric") or (
        narrow == "date" and wide == "timestamp without time zone"
    )


POSTGRES = PostgresSql()
"""The one: it keeps nothing."""
