"""Frames of any library as tables of a warehouse: uploaded as one Parquet file, and read back with their Arrow types."""

from __future__ import annotations

import base64
import json
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from headwater.definitions.io_context import OutputContext
from headwater.io.arrow_type import decode_field, encode_field
from headwater.io.frame import FrameType
from headwater.io.frame_handler import FrameHandler, refusal_of
from headwater.io.frame_stream import spool_of
from headwater.io.nanosecond import find_loss, has_nanoseconds
from headwater.io.spool import Spool
from headwater.io.sql import Rendered
from headwater.io.table_slice import TableSlice
from headwater.io.table_write import write_rows
from headwater.io.warehouse_sql import WarehouseSql
from headwater.io.warehouse_types import restore
from headwater.model.errors import ValueNotStorableError

_LABEL = "arrow types: "
_LONGEST_COMMENT = 16_000  # BigQuery keeps 16,384 characters


class WarehouseFrameHandler(FrameHandler):
    """Stores and loads frames of pandas, polars and Arrow, and streams of them, in one kind of warehouse."""

    def __init__(self, tables: WarehouseSql) -> None:
        self._tables = tables

    @property
    def tables(self) -> WarehouseSql:
        """The statements of the warehouse."""
        return self._tables

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Upload a frame, or a stream that has been read into a :class:`Spool`, and write it as the options say."""
        spool = spool_of(obj)
        self._check(spool, table_slice.options.allow_lossy)
        try:
            rows, size = self._upload(connection, table_slice, spool)
            metadata = write_rows(self._tables, connection, context, table_slice, rows)
            remember_schema(self._tables, connection, table_slice, spool.schema)
        except self._tables.errors as error:
            raise refusal_of(self._tables.types.name, error) from error
        return {**metadata, "headwater/bytes": size}

    def read(self, connection: Any, rows: Rendered, table_slice: TableSlice, wanted: FrameType) -> Any:
        """The rows of a query as a frame, with the types that the table of the slice was stored with."""
        spool = self._download(connection, rows, table_slice)
        return spool.lazy() if wanted.form == "lazy" else spool.frame(wanted)

    # -- into the warehouse ----------------------------------------------------------------------------------

    def _check(self, spool: Spool, allow_lossy: bool) -> None:
        """Raise :class:`ValueNotStorableError` for names that no table can tell apart, and for nanoseconds."""
        names, warehouse = spool.schema.names, self._tables.types.name
        folded = [self._tables.fold(name) for name in names]
        odd = [name for name in names if not name or folded.count(self._tables.fold(name)) > 1]
        if odd or not names:
            raise ValueNotStorableError(
                f"The frame has {f'the column {odd[0]!r} without a name or twice' if odd else 'no columns'}; the columns "
                f"of a table have names by which {warehouse} tells them apart. Rename or drop some."
            )
        if self._tables.types.finest == "ns" or allow_lossy:
            return
        for batch in spool.reader():
            loss = find_loss(batch, has_nanoseconds)
            if loss is not None:
                raise ValueNotStorableError(
                    f"{loss}, of which {warehouse} keeps microseconds. Round it yourself, or allow the loss with "
                    'metadata={"io": TableOptions(allow_lossy=True)}.'
                )

    def _upload(self, connection: Any, table_slice: TableSlice, spool: Spool) -> tuple[Rendered, int]:
        """The query for the rows that were uploaded, and the size of the file."""
        columns = [self._tables.types.store(field) for field in spool.schema]
        with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
            path = os.path.join(folder, "rows.parquet")
            types = _write_parquet(path, spool, [column.upload for column in columns])
            source, size = self._tables.upload(connection, table_slice, path, types), os.path.getsize(path)
        selected = ", ".join(
            f"{column.sql.format(self._tables.uploaded(f'c{number}'))} AS {self._tables.quote(name)}"
            for number, (name, column) in enumerate(zip(spool.schema.names, columns, strict=True))
        )
        return Rendered(f"SELECT {selected} FROM {source}"), size

    # -- out of it -------------------------------------------------------------------------------------------

    def _download(self, connection: Any, rows: Rendered, table_slice: TableSlice) -> Spool:
        import pyarrow as pa

        names = list(self._tables.columns_of_query(connection, rows))
        known = {
            self._tables.fold(name): field
            for name, field in remembered_schema(self._tables, connection, table_slice).items()
        }
        given, batches = self._tables.batches(connection, rows)
        fields = [
            known.get(self._tables.fold(name), pa.field(name, _natural(field.type)))
            for name, field in zip(names, given, strict=True)
        ]
        schema = pa.schema(fields)

        def read() -> Iterator[Any]:
            for batch in batches:
                columns = [
                    restore(column, field) for column, field in zip(batch.columns, schema, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

        return Spool(schema, read())


def _write_parquet(path: str, spool: Spool, uploads: list[Any]) -> dict[str, str]:
    """The spool as a file with the columns c0, c1 …; what each of them is."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def convert(table: Any) -> Any:
        columns = [
            upload(values.combine_chunks()) for upload, values in zip(uploads, table.columns, strict=True)
        ]
        return pa.Table.from_arrays(columns, names=[f"c{number}" for number in range(len(columns))])

    schema = convert(spool.schema.empty_table()).schema
    with pq.ParquetWriter(path, schema, compression="snappy") as writer:
        for table in spool.tables():
            writer.write_table(convert(table))
    return {field.name: str(field.type) for field in schema}


def _natural(kind: Any) -> Any:
    """The type of a column that no frame was stored in: integers of any size are one type, moments of a zone are in UTC."""
    import pyarrow as pa

    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_timestamp(kind) and kind.tz:
        return pa.timestamp(kind.unit, "UTC")
    return kind


# -- types that are remembered -----------------------------------------------------------------------------


def remember_schema(tables: WarehouseSql, connection: Any, table_slice: TableSlice, schema: Any) -> None:
    """Keep the Arrow types in the comment of the table, unless it has one by somebody else or they do not go in."""
    comment = tables.read_comment(connection, table_slice)
    if comment and not comment.startswith(_LABEL):
        return
    types = tables.spelt(tables.columns_of_table(connection, table_slice) or {})
    there = tables.columns_of_table(connection, table_slice) or {}
    kept = _unpack(comment)
    for field in schema:
        folded = tables.fold(field.name)
        if folded in types:
            kept[folded] = [encode_field(field.remove_metadata()), there[types[folded]]]
    text = _pack({name: each for name, each in kept.items() if name in types})
    if text != comment and len(text) <= _LONGEST_COMMENT:
        tables.write_comment(connection, table_slice, text)


def remembered_schema(tables: WarehouseSql, connection: Any, table_slice: TableSlice) -> dict[str, Any]:
    """The Arrow fields of the columns whose type is still the one that was written."""
    kept = _unpack(tables.read_comment(connection, table_slice))
    if not kept:
        return {}
    there = tables.columns_of_table(connection, table_slice) or {}
    spelt = tables.spelt(there)
    fields = {
        name: decode_field(text)
        for name, (text, type_) in kept.items()
        if there.get(spelt.get(name, "")) == type_
    }
    return {field.name: field for field in fields.values()}


def _pack(kept: Mapping[str, list[str]]) -> str:
    """As text without any character that a literal of SQL would have to escape."""
    return _LABEL + base64.b64encode(zlib.compress(json.dumps(kept).encode(), 9)).decode()


def _unpack(comment: str | None) -> dict[str, list[str]]:
    if not comment or not comment.startswith(_LABEL):
        return {}
    kept: dict[str, list[str]] = json.loads(zlib.decompress(base64.b64decode(comment.removeprefix(_LABEL))))
    return kept
