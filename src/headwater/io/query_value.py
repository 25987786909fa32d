"""Queries and handles of tables as values: what is stored of them never passes through Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.select import names_of
from headwater.io.sql import Identifier, Sql
from headwater.io.sql_tables import SqlTables, select_rows
from headwater.io.table import Table, TableReader
from headwater.io.table_slice import TableSlice
from headwater.io.table_write import write_rows
from headwater.model.errors import ValueNotStorableError


class SqlHandler(DbTypeHandler[Sql]):
    """Stores the rows of a :class:`Sql` by running it inside the database; loads the query for a table."""

    writes_by_options = True

    def __init__(self, tables: SqlTables, database: TableReader) -> None:
        self._tables = tables
        self._database = database

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Sql, connection: Any
    ) -> Mapping[str, Any]:
        """Run the query and store what it gives."""
        rows = obj.render(self._database.place, self._tables.quote)
        try:
            return write_rows(self._tables, connection, context, table_slice, rows)
        except self._tables.errors as error:
            reason = " ".join(str(error).split()).rstrip(".")
            raise ValueNotStorableError(
                f"Its query failed: {reason}. What was stored before is unchanged; mend the query and run it again."
            ) from error

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Sql:
        """The query for the rows of the table."""
        return Sql(
            "SELECT * FROM {rows}", rows=handle_of(self._tables, self._database, table_slice, connection)
        )

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """Queries."""
        return [Sql]


class TableHandler(DbTypeHandler[Table]):
    """Loads a table as a handle; a handle that is returned is stored as a copy of its rows."""

    writes_by_options = True

    def __init__(self, tables: SqlTables, database: TableReader) -> None:
        self._queries = SqlHandler(tables, database)
        self._tables = tables
        self._database = database

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Table, connection: Any
    ) -> Mapping[str, Any]:
        """Store the rows of another table, or of a part of it."""
        query = Sql("SELECT * FROM {rows}", rows=obj)
        return self._queries.handle_output(context, table_slice, query, connection)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Table:
        """A handle."""
        return handle_of(self._tables, self._database, table_slice, connection)

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """Handles of tables."""
        return [Table]


def handle_of(tables: SqlTables, database: TableReader, table_slice: TableSlice, connection: Any) -> Table:
    """The handle for a slice. Raises :class:`FileNotFoundError` where there is no such table."""
    rows = select_rows(tables, connection, table_slice)
    origin = Identifier(*names_of(table_slice))
    whole = not table_slice.columns and not table_slice.partition_dimensions
    return Table(database, origin, None if whole else Sql.of_rendered(rows))
