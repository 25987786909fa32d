"""Tables in a Postgres database: connections, schemas, and what can be stored and loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.postgres_frame import PostgresFrameHandler
from headwater.io.postgres_sql import POSTGRES
from headwater.io.remote_tables import RemoteTables
from headwater.io.select import MARK, quote
from headwater.io.table_slice import TableSlice
from headwater.model.errors import DatabaseAccessError, DatabaseUnreachableError, ValueNotStorableError

_LONGEST_NAME = 63
_REFUSED = re.compile(
    'authentication failed|no password supplied|role ".*" (does not exist|is not permitted)|no pg_hba'
)


class PostgresTables(RemoteTables):
    """The tables of one database. What is written within one connection is one transaction."""

    tables = POSTGRES
    frames = PostgresFrameHandler()
    missing_table = (FileNotFoundError, psycopg.errors.UndefinedTable)

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo

    @property
    def place(self) -> str:
        """The database, without the password."""
        parts = psycopg.conninfo.conninfo_to_dict(self._conninfo)
        port = f":{parts['port']}" if "port" in parts else ""
        return f"postgresql://{parts.get('host', 'localhost')}{port}/{self.database}"

    @property
    def database(self) -> str:
        """The name of the database."""
        return str(psycopg.conninfo.conninfo_to_dict(self._conninfo).get("dbname", ""))

    @contextmanager
    def connecting(self) -> Iterator[Any]:
        """A connection with an open transaction, which is committed at the end and void after any error.

        Raises :class:`DatabaseUnreachableError` where there is no such database, and :class:`DatabaseAccessError` where
        user or password are refused.
        """
        try:
            connection = psycopg.connect(self._conninfo, cursor_factory=psycopg.ClientCursor)
        except psycopg.OperationalError as error:
            reason = str(error).strip()
            if _REFUSED.search(reason):
                raise DatabaseAccessError(self.place, reason) from None
            raise DatabaseUnreachableError(
                f"The database {self.place} cannot be reached: {reason}. Look at its address, and whether it runs."
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
            with super().connect(context, table_slice) as connection:
                yield connection
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
