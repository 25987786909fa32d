"""Statements of DuckDB, as the writer of tables needs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from headwater.io.select import MARK, quote, quote_table
from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns, SqlTables
from headwater.io.table_slice import TableSlice

_ASIDE = "temp.headwater_rows"


class DuckDBSql(SqlTables):
    """Tables over a connection of DuckDB. Names that differ in case only are the same."""

    storage_kind = "duckdb"

    @property
    def errors(self) -> type[Exception]:
        """What DuckDB raises."""
        return duckdb.Error

    def run(self, connection: Any, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows that it wrote."""
        told = connection.execute(statement.replace(MARK, "?"), list(values)).fetchall()
        return int(told[0][0]) if told and isinstance(told[0][0], int) else 0

    def fetch(self, connection: Any, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        rows: list[tuple[Any, ...]] = connection.execute(query.replace(MARK, "?"), list(values)).fetchall()
        return rows

    def columns_of_query(self, connection: Any, rows: Rendered) -> Columns:
        """The columns of a query."""
        return {row[0]: row[1] for row in self.fetch(connection, f"DESCRIBE {rows.text}", rows.values)}

    def columns_of_table(self, connection: Any, table_slice: TableSlice) -> Columns | None:
        """The columns of a table or view, None where there is none."""
        here = "database_name = current_catalog() AND schema_name = ?"
        names = [table_slice.schema, table_slice.table]
        found = self.fetch(  # much cheaper than to ask for the columns of all tables
            connection,
            f"SELECT 1 FROM duckdb_tables() WHERE {here} AND table_name = ? "
            f"UNION ALL SELECT 1 FROM duckdb_views() WHERE {here} AND view_name = ?",
            [*names, *names],
        )
        return self.columns_of_query(connection, Rendered(quote_table(table_slice))) if found else None

    def qualified(self, connection: Any, table_slice: TableSlice) -> TableSlice:
        """With the name of the database, which may be that of a schema too."""
        [(catalog,)] = self.fetch(connection, "SELECT current_catalog()")
        return table_slice._replace(catalog=catalog)

    def create_or_replace(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> int:
        """Make the table of a query, in the place of the one before."""
        return self.run(
            connection, f"CREATE OR REPLACE TABLE {quote_table(table_slice)} AS {rows.text}", rows.values
        )

    def set_aside(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> Rendered:
        """Keep the rows of a query in a temporary table, which may go to the disk."""
        self.run(connection, f"CREATE OR REPLACE TEMP TABLE {_ASIDE} AS {rows.text}", rows.values)
        return Rendered(f"SELECT * FROM {_ASIDE}")

    def keeps(self, connection: Any, rows: Rendered, column: str, there: str) -> bool:
        """Whether all values of a column keep their meaning. Text never becomes a number, nor a number text."""
        name = quote(column)
        is_type = self.columns_of_query(connection, rows)[column]
        if "VARCHAR" in (there, is_type) and there != is_type:
            lost = f"SELECT count(*) FROM ({rows.text}) WHERE {name} IS NOT NULL"
        else:
            lost = (
                f"SELECT count(*) FROM ({rows.text}) "
                f"WHERE TRY_CAST(TRY_CAST({name} AS {there}) AS {is_type}) IS DISTINCT FROM {name}"
            )
        return self.fetch(connection, lost, rows.values) == [(0,)]

    def widened(self, connection: Any, table_slice: TableSlice, column: str, rows: Rendered) -> str | None:
        """The type that holds the values of the table and of the query without loss, None where there is none."""
        there = {name.lower(): name for name in self.columns_of_table(connection, table_slice) or {}}[
            column.lower()
        ]
        stored = Rendered(f"SELECT {quote(there)} FROM {quote_table(table_slice)}")
        new = f"SELECT {quote(column)} FROM ({rows.text})"
        [wide] = self.columns_of_query(
            connection, Rendered(f"{stored.text} UNION ALL {new}", rows.values)
        ).values()
        held = self.keeps(connection, stored, there, wide) and self.keeps(connection, rows, column, wide)
        return wide if held else None

    def fold(self, name: str) -> str:
        """Lower case: names that differ in case only are the same."""
        return name.lower()


DUCKDB = DuckDBSql()
"""The one: it keeps nothing."""
