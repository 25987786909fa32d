"""Tables of a database that is reached over a network: what every such client does in the same way."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbClient, DbTypeHandler
from headwater.io.frame import FrameType
from headwater.io.frame_handler import FrameHandler
from headwater.io.ibis_query import IbisHandler
from headwater.io.query_value import SqlHandler, TableHandler
from headwater.io.select import show, show_select
from headwater.io.sql import Identifier, Sql
from headwater.io.sql_tables import Columns, SqlTables
from headwater.io.subject import not_found
from headwater.io.table_slice import TableSlice


class RemoteTables(DbClient):
    """The tables of one database, over connections as short as a value needs them."""

    missing_table: tuple[type[Exception], ...] = (FileNotFoundError,)
    """What is raised for a table that is not there."""

    @property
    @abstractmethod
    def tables(self) -> SqlTables:
        """The statements of the database."""

    @property
    @abstractmethod
    def frames(self) -> FrameHandler:
        """How frames are stored and loaded."""

    @property
    @abstractmethod
    def place(self) -> str:
        """The database, without any secret."""

    @property
    @abstractmethod
    def database(self) -> str:
        """What stands before the schema in the full name of a table."""

    @abstractmethod
    def connecting(self) -> AbstractContextManager[Any]:
        """A connection. Raises :class:`DatabaseUnreachableError` or :class:`DatabaseAccessError`."""

    @contextmanager
    def connect(self, context: InputContext | OutputContext, table_slice: TableSlice) -> Iterator[Any]:
        """A connection. Raises :class:`ValueNotFoundError` where an input is to be loaded from a table that is not
        there."""
        try:
            with self.connecting() as connection:
                yield connection
        except self.missing_table as error:
            if isinstance(context, OutputContext):
                raise
            table = f"{show(table_slice.schema)}.{show(table_slice.table)}"
            raise not_found(context, f"the table {table} of {self.place}") from error

    def ensure_schema_exists(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Make the schema unless there is one."""
        self.tables.run(connection, f"CREATE SCHEMA IF NOT EXISTS {self.tables.quote_schema(table_slice)}")

    def delete_table_slice(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Delete the rows of the slice, if the table is there."""
        self.tables.delete(connection, table_slice)

    def get_select_statement(self, table_slice: TableSlice) -> str:
        """The query for the slice, as people read it."""
        return show_select(table_slice)

    def get_table_name(self, table_slice: TableSlice) -> str:
        """Database, schema and table."""
        return ".".join(show(name) for name in (self.database, table_slice.schema, table_slice.table) if name)

    def own_handlers(self) -> Sequence[DbTypeHandler[Any]]:
        """Frames and streams of any library, queries, and tables as handles."""
        return [
            SqlHandler(self.tables, self),
            TableHandler(self.tables, self),
            IbisHandler(self.tables, self, self.frames),
            self.frames,
        ]

    # -- as a TableReader ------------------------------------------------------------------------------------

    def columns(self, query: Sql) -> Columns:
        """The columns of a query and their types."""
        with self.connecting() as connection:
            return self.tables.columns_of_query(connection, query.render(self.place, self.tables.quote))

    def fetch(self, query: Sql) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        rows = query.render(self.place, self.tables.quote)
        with self.connecting() as connection:
            return self.tables.fetch(connection, rows.text, rows.values)

    def frame(self, query: Sql, wanted: FrameType, origin: Identifier) -> Any:
        """The rows of a query as a frame, with the types that the table ``origin`` was stored with."""
        schema, table = origin.parts[-2:]
        rows = query.render(self.place, self.tables.quote)
        with self.connecting() as connection:
            return self.frames.read(connection, rows, TableSlice(table, schema), wanted)
