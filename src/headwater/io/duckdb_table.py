"""Tables in a DuckDB file: which schema they lie in, and how their rows are replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbClient, DbTypeHandler
from headwater.io.duckdb_file import DuckDBFile
from headwater.io.duckdb_frame import DuckDBFrameHandler, read_frame
from headwater.io.duckdb_name import PUBLIC, catalog_name
from headwater.io.duckdb_relation import DuckDBRelationHandler
from headwater.io.duckdb_sql import DUCKDB
from headwater.io.frame import FrameType
from headwater.io.ibis_query import IbisHandler
from headwater.io.query_value import SqlHandler, TableHandler
from headwater.io.select import quote_schema, show, show_select
from headwater.io.sql import Identifier, Sql
from headwater.io.sql_tables import Columns
from headwater.io.subject import not_found, purpose_of
from headwater.io.table_slice import TableSlice


class DuckDBTables(DbClient):
    """The tables of one DuckDB file. What is written within one connection is one transaction."""

    def __init__(self, file: DuckDBFile) -> None:
        self._file = file

    @contextmanager
    def connect(
        self, context: InputContext | OutputContext, table_slice: TableSlice
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that writes for outputs, and only reads for inputs.

        Raises :class:`ValueNotFoundError` where an input is to be loaded from a file or table that is not
        there.
        """
        if isinstance(context, OutputContext):
            with self._file.writing(purpose_of(context), context.log.info) as connection:
                yield connection
            return
        try:
            with self._file.reading(context.log.info) as connection:
                yield connection
        except (FileNotFoundError, duckdb.CatalogException) as error:
            if isinstance(error, duckdb.CatalogException) and "does not exist" not in str(error):
                raise
            table = f"{show(table_slice.schema)}.{show(table_slice.table)}"
            raise not_found(context, f"the table {table} of the DuckDB file {self._file.database}") from error

    def ensure_schema_exists(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Make the schema unless there is one."""
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_schema(table_slice)}")

    def delete_table_slice(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Delete the rows of the slice, if the table is there."""
        DUCKDB.delete(connection, table_slice)

    def qualified(self, table_slice: TableSlice) -> TableSlice:
        """With the database before a schema of the same name, which DuckDB could not tell apart."""
        catalog = catalog_name(self._file.database)
        return (
            table_slice._replace(catalog=catalog)
            if catalog.lower() == table_slice.schema.lower()
            else table_slice
        )

    def get_select_statement(self, table_slice: TableSlice) -> str:
        """The query for the slice, as people read it."""
        return show_select(table_slice)

    def get_table_name(self, table_slice: TableSlice) -> str:
        """The table as any connection to the file can name it: catalog, schema, table."""
        names = [catalog_name(self._file.database), table_slice.schema, table_slice.table]
        return ".".join(map(show, names))

    def find_unconfigured(self, table_slice: TableSlice, connection: Any) -> TableSlice:
        """The table in ``public`` where Dagster left it, when the schema of the file's name has none."""
        if table_slice.schema == PUBLIC:
            return table_slice
        in_public = table_slice._replace(schema=PUBLIC, catalog=None)
        here, there = (DUCKDB.columns_of_table(connection, each) for each in (table_slice, in_public))
        return in_public if here is None and there is not None else table_slice

    # -- what else can be stored and loaded -----------------------------------------------------------------

    @property
    def place(self) -> str:
        """The database, by the one name that it has for all."""
        database = self._file.database
        return os.path.realpath(database) if self._file.is_local else database

    def own_handlers(self) -> Sequence[DbTypeHandler[Any]]:
        """Frames and streams of any library, queries, and tables as handles."""
        return [
            SqlHandler(DUCKDB, self),
            TableHandler(DUCKDB, self),
            DuckDBRelationHandler(self),
            IbisHandler(DUCKDB, self, DuckDBFrameHandler()),
            DuckDBFrameHandler(),
        ]

    # As a TableReader:

    def columns(self, query: Sql) -> Columns:
        """The columns of a query and their types."""
        with self._file.reading() as connection:
            return DUCKDB.columns_of_query(connection, query.render(self.place))

    def fetch(self, query: Sql) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._file.reading() as connection:
            return DUCKDB.fetch(connection, *query.render(self.place)[:2])

    def frame(self, query: Sql, wanted: FrameType, origin: Identifier) -> Any:
        """The rows of a query as a frame, with the types that the table ``origin`` was stored with."""
        schema, table = origin.parts[-2:]
        with self._file.reading() as connection:
            return read_frame(connection, query.render(self.place), TableSlice(table, schema), wanted)
