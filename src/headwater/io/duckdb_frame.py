"""Frames and streams of any library as tables of DuckDB, routed by the type of the value and by the annotation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from headwater.definitions.io_context import OutputContext
from headwater.io.duckdb_sql import DUCKDB
from headwater.io.frame import FrameType, frame_type_of_value
from headwater.io.frame_handler import FrameHandler, refusal_of
from headwater.io.spool import Spool
from headwater.io.sql import Rendered
from headwater.io.subject import subject_of
from headwater.io.table_slice import TableSlice
from headwater.io.table_write import write_rows
from headwater.model.table import TableColumn, TableSchema

_PANDAS = FrameType("pandas", "whole")


class DuckDBFrameHandler(FrameHandler):
    """Stores and loads frames of pandas, polars and Arrow, and streams of them."""

    tables = DUCKDB

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Write a frame, or a stream that has been read into a :class:`Spool`."""
        return write_frame(context, table_slice, obj, connection)

    def read(self, connection: Any, rows: Rendered, table_slice: TableSlice, wanted: FrameType) -> Any:
        """The rows of a query as a frame, with the types that the table of the slice was stored with."""
        return read_frame(connection, rows, table_slice, wanted)


def write_frame(
    context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
) -> Mapping[str, Any]:
    """Write a frame or a :class:`Spool` as the options of the asset say; its rows and columns are recorded.

    Raises :class:`ValueNotStorableError`.
    """
    write = _write_pandas if frame_type_of_value(obj) == _PANDAS else _write_arrow
    try:
        metadata, columns = write(context, table_slice, obj, connection)
    except (duckdb.DataError, duckdb.InvalidInputException, duckdb.NotSupportedError) as error:
        raise refusal_of("DuckDB", error) from error
    told = [TableColumn(name=name, type=str(type_)) for name, type_ in columns.items()]
    return {**metadata, "dataframe_columns": TableSchema(columns=told)}


def _write_pandas(
    context: OutputContext, table_slice: TableSlice, frame: Any, connection: Any
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Metadata, and the columns with their types."""
    from headwater.io.duckdb_pandas_frame import remember_types, stage_frame

    staged = stage_frame(connection, table_slice, frame)
    metadata = write_rows(DUCKDB, connection, context, table_slice, staged.rows)
    remember_types(connection, table_slice, staged.columns)
    if any(name is not None for name in frame.index.names):
        names = ", ".join(map(str, frame.index.names))
        context.log.warning(
            f"The index ({names}) of {subject_of(context)} is not stored. To keep it: reset_index()."
        )
    return metadata, dict(frame.dtypes.items())


def _write_arrow(
    context: OutputContext, table_slice: TableSlice, frame: Any, connection: Any
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Metadata, and the columns with their types."""
    from headwater.io.duckdb_arrow_frame import remember_schema, stage_frame

    staged = stage_frame(connection, frame, allow_lossy=table_slice.options.allow_lossy)
    metadata = write_rows(DUCKDB, connection, context, table_slice, staged.rows)
    if staged.lost:
        context.log.warning(f"{staged.lost}. It is stored all the same, because allow_lossy says so.")
    remember_schema(
        connection, table_slice, staged.schema, DUCKDB.columns_of_table(connection, table_slice) or {}
    )
    return metadata, {field.name: field.type for field in staged.schema}


def read_frame(connection: Any, rows: Rendered, table_slice: TableSlice, wanted: FrameType) -> Any:
    """The rows of a query as a frame. Nothing that it gives needs the connection afterwards."""
    if wanted.library == "pandas" and wanted.form == "whole":
        from headwater.io.duckdb_pandas_frame import read_frame as read_pandas

        return read_pandas(connection, rows, table_slice)
    from headwater.io.duckdb_arrow_frame import read_spool

    if wanted.library == "pandas":
        from headwater.io.duckdb_pandas_frame import build_query

        query = build_query(connection, rows, table_slice)
        return _pandas_batches(read_spool(connection, query.rows, None), query)
    spool = read_spool(connection, rows, table_slice)
    return spool.lazy() if wanted.form == "lazy" else spool.frame(wanted)


def _pandas_batches(spool: Spool, query: Any) -> Iterator[Any]:
    """Frames with the types that a whole frame of the table would have."""
    with duckdb.connect() as connection:
        for table in spool.tables():
            connection.register("headwater_batch", table)
            yield query.restore(connection.execute("FROM headwater_batch").df())
