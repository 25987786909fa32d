"""Relations of DuckDB as values: run in the database where they belong, carried over from any other."""

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
from headwater.io.sql import Rendered
from headwater.io.subject import subject_of
from headwater.io.table import TableReader
from headwater.io.table_slice import TableSlice
from headwater.io.table_write import write_rows
from headwater.model.errors import ValueTypeError

_ROWS_OF_A_BATCH = 50_000


class DuckDBRelationHandler(DbTypeHandler[Any]):
    """Stores the rows of a relation."""

    writes_by_options = True

    def __init__(self, database: TableReader) -> None:
        self._database = database

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """A relation of the same file runs there; of another database its rows are carried over."""
        if _place_of(obj) == self._database.place:
            rows = Rendered(obj.sql_query(), costly=True)
            return write_rows(DUCKDB, connection, context, table_slice, rows)
        reader = obj.to_arrow_reader(_ROWS_OF_A_BATCH)
        return write_frame(context, table_slice, Spool(reader.schema, reader), connection)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """Raises :class:`ValueTypeError`: a relation needs a connection that stays open."""
        raise ValueTypeError(
            f"{subject_of(context)} cannot be loaded as a relation of DuckDB, which would keep the file open. Annotate the "
            "input with Table: it may stand in a Sql, and has where, select, limit and to_arrow."
        )

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """Relations."""
        return [duckdb.DuckDBPyRelation]


def _place_of(relation: Any) -> str | None:
    """The file of the database that a relation belongs to."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    [(path,)] = relation.query("headwater_relation", query).fetchall()
    return os.path.realpath(path) if path else None
