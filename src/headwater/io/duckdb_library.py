"""Handlers of one library's frames: named as Dagster's are, and doing what every DuckDB manager does with frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.table_slice import TableSlice

# DuckDB is an extra, and slow to load: it loads with the first value that is stored or loaded.


class LibraryTypeHandler(DbTypeHandler[Any]):
    """Stores and loads the frames of the library that a subclass names."""

    writes_by_options = True

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Write a frame; its rows, columns and types are recorded."""
        from headwater.io.duckdb_frame import write_frame

        return write_frame(context, table_slice, obj, connection)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """Read a frame with the types that it had when it was stored."""
        from headwater.io.duckdb_frame import read_frame
        from headwater.io.duckdb_sql import DUCKDB
        from headwater.io.frame import frame_type_of
        from headwater.io.sql_tables import select_rows

        [library] = self.supported_types
        wanted = frame_type_of(library)
        assert wanted is not None
        return read_frame(connection, select_rows(DUCKDB, connection, table_slice), table_slice, wanted)
