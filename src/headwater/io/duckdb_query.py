"""Queries and relations as values of DuckDB assets, and tables as handles: rows that never pass through Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.duckdb_frame import write_frame
from headwater.io.duckdb_sql import DUCKDB
from headwater.io.spool import Spool
from headwater.io.sql import Identifier, Rendered, Sql
from headwater.io.sql_tables import select_rows
from headwater.io.table import Table, TableReader
from headwater.io.table_slice import TableSlice
from headwater.io.table_write import write_rows
from headwater.model.errors import ValueNotStorableError

_ROWS_OF_A_BATCH = 50_000


class DuckDBSqlHandler(DbTypeHandler[Any]):
    """Stores the rows of a :class:`Sql` or of a relation by running it inside the database."""

    writes_by_options = True

    def __init__(self, database: TableReader) -> None:
        self._database = database

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Run the query and store what it gives."""
        if not isinstance(obj, Sql):
            return self._store_relation(context, table_slice, obj, connection)
        try:
            rows = obj.render(self._database.place)
            return write_rows(DUCKDB, connection, context, table_slice, rows)
        except duckdb.Error as error:
            raise ValueNotStorableError(f"Its query failed: {error}") from error

    def _store_relation(
        self, context: OutputContext, table_slice: TableSlice, relation: Any, connection: Any
    ) -> Mapping[str, Any]:
        """A relation of the same file runs there; of another database its rows are carried over."""
        if _place_of(relation) == self._database.place:
            rows = Rendered(relation.sql_query(), costly=True)
            return write_rows(DUCKDB, connection, context, table_slice, rows)
        reader = relation.to_arrow_reader(_ROWS_OF_A_BATCH)
        return write_frame(context, table_slice, Spool(reader.schema, reader), connection)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """The query for the rows of the table."""
        return Sql("SELECT * FROM {rows}", rows=_handle(self._database, table_slice, connection))

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """Queries and relations."""
        return [Sql, duckdb.DuckDBPyRelation]

    def takes(self, wanted: Any) -> bool:
        """Whether it is one of them."""
        return wanted in (Sql, duckdb.DuckDBPyRelation)


class DuckDBTableHandler(DbTypeHandler[Table]):
    """Loads a table as a handle; a handle that is returned is stored as a copy of its rows."""

    writes_by_options = True

    def __init__(self, database: TableReader) -> None:
        self._database = database

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Table, connection: Any
    ) -> Mapping[str, Any]:
        """Store the rows of another table, or of a part of it."""
        query = Sql("SELECT * FROM {rows}", rows=obj)
        return write_rows(DUCKDB, connection, context, table_slice, query.render(self._database.place))

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Table:
        """A handle."""
        return _handle(self._database, table_slice, connection)

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """Handles of tables."""
        return [Table]


def _handle(database: TableReader, table_slice: TableSlice, connection: Any) -> Table:
    rows = select_rows(DUCKDB, connection, table_slice)
    origin = Identifier(table_slice.schema, table_slice.table)
    if not table_slice.columns and not table_slice.partition_dimensions:
        return Table(database, origin)
    return Table(database, origin, Sql.of_rendered(rows))


def _place_of(relation: Any) -> str | None:
    """The file of the database that a relation belongs to."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    [(path,)] = relation.query("headwater_relation", query).fetchall()
    return os.path.realpath(path) if path else None
