"""PySpark frames as tables in a DuckDB file, under the names of dagster-duckdb-pyspark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.duckdb import DuckDBIOManager, build_duckdb_io_manager
from headwater.io.table_slice import TableSlice


class DuckDBPySparkTypeHandler(DbTypeHandler[Any]):
    """Stores and loads frames of Spark, by way of Arrow; loading uses the session that is active, or makes one."""

    writes_by_options = True

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Write a frame."""
        from headwater.io.duckdb_frame import write_frame

        return write_frame(context, table_slice, obj.toArrow(), connection)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """Read a slice as a frame of Spark."""
        from pyspark.sql import SparkSession
        from pyspark.sql.pandas.types import from_arrow_schema

        from headwater.io.duckdb_frame import read_frame
        from headwater.io.duckdb_sql import DUCKDB
        from headwater.io.frame import FrameType
        from headwater.io.sql_tables import select_rows

        rows = select_rows(DUCKDB, connection, table_slice)
        table = read_frame(connection, rows, table_slice, FrameType("arrow", "whole"))
        schema = from_arrow_schema(
            table.schema, prefer_timestamp_ntz=True
        )  # as they were: not moments of a zone
        return SparkSession.builder.getOrCreate().createDataFrame(table, schema=schema)

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import pyspark.sql

        return [pyspark.sql.DataFrame]


class DuckDBPySparkIOManager(DuckDBIOManager):
    """A :class:`DuckDBIOManager` that loads frames of Spark (4.0 or newer) where an input says nothing else.

    >>> tables = DuckDBPySparkIOManager(database="analytics.duckdb")
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of Spark's frames."""
        return [DuckDBPySparkTypeHandler()]


duckdb_pyspark_io_manager = build_duckdb_io_manager([DuckDBPySparkTypeHandler()])
"""A function-style :class:`DuckDBPySparkIOManager`."""
