"""Tables in a Postgres database: connections, schemas, and what can be stored and loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbClient, DbTypeHandler
from headwater.io.frame import FrameType
from headwater.io.postgres_frame import PostgresFrameHandler, read_frame
from headwater.io.postgres_sql import POSTGRES
from headwater.io.query_value import SqlHandler, TableHandler
from headwater.io.select import MARK, quote, show, show_select
from headwater.io.sql import Identifier, Sql
from headwater.io.sql_tables import Columns
from headwater.io.subject import not_found
from headwater.io.table_slice import TableSlice
from headwater.model.errors import DatabaseUnreachableError, ValueNotStorableError

_LONGEST_NAME = 63


class PostgresTables(DbClient):
    """The tables of one database. What is written within one connection is one transaction."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo

    @property
    def place(self) -> str:
        """The database, without the password."""
        parts = psycopg.conninfo.conninfo_to_dict(self._conninfo)
        port = f":{parts['port']}" if "port" in parts else ""
        return f"postgresql://{parts.get('host', 'localhost')}{port}/{parts.get('dbname', '')}"

    @contextmanager
    def connecting(self) -> Iterator[Any]:
        """A connection with an open transaction, which is committed at the end and void after any error.

        Raises :class:`DatabaseUnreachableError` where there is no such database, or none for this user.
        """
        try:
            connection = psycopg.connect(self._conninfo, cursor_factory=psycopg.ClientCursor)
        except psycopg.OperationalError as error:
            raise DatabaseUnreachableError(
                f"The database {self.place} cannot be reached: {str(error).strip()}. Look at its address, at the user and "
                "password, and whether it runs."
            ) from None
        with connection:
            connection.execute(
                "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL extra_float_digits = 1"
            )
            yield connection

    @contextmanager
    def connect(self, context: InputContext | OutputContext, table_slice: TableSlice) -> Iterator[Any]:
        """A connection. Raises :class:`ValueNotFoundError` where an input is to be loaded from a table that is not
        there."""
        _check_names(table_slice)
        try:
            with self.connecting() as connection:
                yield connection
        except (FileNotFoundError, psycopg.errors.UndefinedTable) as error:
            if isinstance(context, OutputContext):
                raise
            table = f"{show(table_slice.schema)}.{show(table_slice.table)}"
            raise not_found(context, f"the table {table} of {self.place}") from error
        except psycopg.errors.DependentObjectsStillExist as error:
            raise ValueNotStorableError(
                f"Its columns differ from those of the table {table_slice.table}, on which others depend: {error}. Drop "
                'these, or let the table follow with metadata={"io": TableOptions(schema_contract="evolve")}.'
            ) from error

    def ensure_schema_exists(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Make the schema unless there is one."""
        found = POSTGRES.fetch(
            connection, f"SELECT 1 FROM pg_namespace WHERE nspname = {MARK}", [table_slice.schema]
        )
        if not found:  # two that make it at once would fail, one of them
            POSTGRES.lock(connection, TableSlice("", table_slice.schema))
            POSTGRES.run(connection, f"CREATE SCHEMA IF NOT EXISTS {quote(table_slice.schema)}")

    def delete_table_slice(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Delete the rows of the slice, if the table is there."""
        POSTGRES.delete(connection, table_slice)

    def get_select_statement(self, table_slice: TableSlice) -> str:
        """The query for the slice, as people read it."""
        return show_select(table_slice)

    def get_table_name(self, table_slice: TableSlice) -> str:
        """Database, schema and table."""
        database = psycopg.conninfo.conninfo_to_dict(self._conninfo).get("dbname", "")
        return ".".join(show(str(name)) for name in (database, table_slice.schema, table_slice.table) if name)

    def own_handlers(self) -> Sequence[DbTypeHandler[Any]]:
        """Frames and streams of any library, queries, and tables as handles."""
        return [SqlHandler(POSTGRES, self), TableHandler(POSTGRES, self), PostgresFrameHandler()]

    # -- as a TableReader ------------------------------------------------------------------------------------

    def columns(self, query: Sql) -> Columns:
        """The columns of a query and their types."""
        with self.connecting() as connection:
            return POSTGRES.columns_of_query(connection, query.render(self.place))

    def fetch(self, query: Sql) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        rows = query.render(self.place)
        with self.connecting() as connection:
            return POSTGRES.fetch(connection, rows.text, rows.values)

    def frame(self, query: Sql, wanted: FrameType, origin: Identifier) -> Any:
        """The rows of a query as a frame, with the types that the table ``origin`` was stored with."""
        schema, table = origin.parts[-2:]
        with self.connecting() as connection:
            return read_frame(connection, query.render(self.place), TableSlice(table, schema), wanted)


def _check_names(table_slice: TableSlice) -> None:
    for name in (table_slice.schema, table_slice.table):
        if len(name.encode()) > _LONGEST_NAME:
            raise ValueNotStorableError(
                f'The name "{name}" has more than {_LONGEST_NAME} bytes, and Postgres would cut it. Give the table another '
                'with metadata={"io": TableOptions(table="…")}.'
            )


def conninfo_of(url: str, parts: Mapping[str, Any]) -> str:
    """The connection string for a URL or for single parts."""
    return psycopg.conninfo.make_conninfo(
        url, **{name: value for name, value in parts.items() if value is not None}
    )
