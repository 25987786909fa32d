"""Frames of Arrow and polars, and streams, as tables of DuckDB: what goes in and how it comes out the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import duckdb

from headwater.io.arrow_type import cast_batch, decode_field, encode_field
from headwater.io.duckdb_comment import read_comment, write_comment
from headwater.io.duckdb_sql import DUCKDB
from headwater.io.frame import to_table
from headwater.io.nanosecond import find_loss
from headwater.io.select import MARK, quote
from headwater.io.spool import Spool
from headwater.io.sql import Rendered
from headwater.io.table_slice import TableSlice
from headwater.model.errors import ValueNotStorableError

FRAME = "headwater_frame"
_LABEL = "arrow types: "
_ROWS_OF_A_BATCH = 50_000
_MOST_DIGITS = 38


class StagedFrame(NamedTuple):
    """A frame that a connection sees: the query for it, its columns as Arrow knows them, and what is lost, if allowed."""

    rows: Rendered
    schema: Any
    lost: str | None


def stage_frame(connection: Any, frame: Any, *, allow_lossy: bool) -> StagedFrame:
    """Let SQL see a frame or a :class:`Spool` until the connection is closed.

    Raises :class:`ValueNotStorableError` for a column of which something would be lost, unless that is allowed.
    """
    source = frame if isinstance(frame, Spool) else to_table(frame)
    _check_names(source.schema)
    source, lost = _storable(source, allow_lossy=allow_lossy)
    connection.register(FRAME, source)
    columns = ", ".join(_into_sql(field) for field in source.schema)
    original = frame.schema if isinstance(frame, Spool) else to_table(frame).schema
    return StagedFrame(Rendered(f"SELECT {columns} FROM {FRAME}"), original, lost)


def read_spool(connection: Any, rows: Rendered, table_slice: TableSlice | None) -> Spool:
    """The rows of a query, with the Arrow types that the table was stored with."""
    types = DUCKDB.columns_of_query(connection, rows)
    restored = _restorable(connection, rows, table_slice, types) if table_slice is not None else {}
    columns = ", ".join(_out_of_sql(name, restored.get(name)) for name in types)
    query = f"SELECT {columns} FROM ({_bind_by_variables(connection, rows)})"
    reader = connection.sql(query).to_arrow_reader(_ROWS_OF_A_BATCH)
    import pyarrow as pa

    wanted = pa.schema([restored.get(field.name, _plain(field)) for field in reader.schema])
    return Spool(wanted, (cast_batch(batch, wanted) for batch in reader))


def _restorable(
    connection: Any, rows: Rendered, table_slice: TableSlice, types: Mapping[str, str]
) -> dict[str, Any]:
    """The fields that are remembered, without those of columns that had no values then and have some now."""
    import pyarrow as pa

    fields = remembered_schema(connection, table_slice, types)
    for name in [name for name, field in fields.items() if pa.types.is_null(field.type)]:
        [(values,)] = DUCKDB.fetch(connection, f"SELECT count({quote(name)}) FROM ({rows.text})", rows.values)
        if values:
            del fields[name]
    return fields


def _bind_by_variables(connection: Any, rows: Rendered) -> str:
    """The query with variables for its values: DuckDB would hold the rows of one with parameters in memory."""
    pieces = rows.text.split(MARK)
    for number, value in enumerate(rows.values):
        connection.execute(f"SET VARIABLE headwater_{number} = ?", [value])
        pieces[number] += f"getvariable('headwater_{number}')"
    return "".join(pieces)


# -- into a table ------------------------------------------------------------------------------------------


def _check_names(schema: Any) -> None:
    lowered = [name.lower() for name in schema.names]
    twice = sorted({name for name in schema.names if lowered.count(name.lower()) > 1})
    if twice or not schema.names or "" in schema.names:
        raise ValueNotStorableError(
            f"The frame has columns that a table cannot tell apart ({', '.join(map(repr, twice))}), one without a name, "
            "or none at all. Rename or drop some."
        )


def _storable(source: Any, *, allow_lossy: bool) -> tuple[Any, str | None]:
    """The frame with the columns that DuckDB cannot take as they are converted; what is lost by that, if allowed."""
    import pyarrow as pa

    target = pa.schema([_storable_field(field) for field in source.schema])
    lost = None
    if target == source.schema and not any(_loses_nanoseconds(field.type) for field in source.schema):
        return source, None
    for table in _tables(source):
        lost = lost or find_loss(table, _loses_nanoseconds)
    if lost and not allow_lossy:
        raise ValueNotStorableError(
            f'{lost} Round it yourself, or allow the loss with metadata={{"io": TableOptions(allow_lossy=True)}}.'
        )
    if target == source.schema:
        return source, lost
    cast = (table.cast(target, safe=not allow_lossy) for table in _tables(source))
    try:
        if isinstance(source, Spool):
            return Spool(target, (batch for table in cast for batch in table.to_batches())), lost
        return next(cast), lost
    except pa.ArrowInvalid as error:
        raise ValueNotStorableError(f"DuckDB cannot hold a column of the frame: {error}") from error


def _tables(source: Any) -> Iterator[Any]:
    import pyarrow as pa

    if not isinstance(source, Spool):
        yield source
        return
    for batch in source.reader():
        yield pa.Table.from_batches([batch])


def _storable_field(field: Any) -> Any:
    import pyarrow as pa

    kind = field.type
    if pa.types.is_float16(kind):
        return field.with_type(pa.float32())
    if pa.types.is_null(kind):
        return field.with_type(pa.int32())
    if pa.types.is_decimal256(kind):
        return field.with_type(pa.decimal128(min(kind.precision, _MOST_DIGITS), kind.scale))
    return field


def _loses_nanoseconds(kind: Any) -> bool:
    import pyarrow as pa

    if not (pa.types.is_temporal(kind) and getattr(kind, "unit", "") == "ns"):
        return False
    newest = tuple(map(int, duckdb.__version__.split(".")[:2])) >= (2, 0)
    if pa.types.is_timestamp(kind):
        return kind.tz is not None and not newest
    return not (pa.types.is_time64(kind) and newest)


def _into_sql(field: Any) -> str:
    return quote(field.name)


# -- out of a table ----------------------------------------------------------------------------------------


def _out_of_sql(name: str, field: Any) -> str:
    import pyarrow as pa

    column = quote(name)
    if field is not None and pa.types.is_duration(field.type):
        return f"epoch_us({column}) AS {column}"
    return column


def _plain(field: Any) -> Any:
    """A column of a table that no frame was stored in, in the types that libraries expect."""
    import pyarrow as pa

    if pa.types.is_timestamp(field.type) and field.type.tz is not None:
        return field.with_type(pa.timestamp(field.type.unit, "UTC"))
    return field


# -- types that are remembered -----------------------------------------------------------------------------


def remember_schema(connection: Any, table_slice: TableSlice, schema: Any, types: Mapping[str, str]) -> None:
    """Keep the Arrow types in the comment of the table, with the types that the table has for them."""
    kept = _kept(connection, table_slice)  # of columns that these rows do not have
    for field in schema:
        if field.name in types:
            kept[field.name] = [encode_field(field), types[field.name]]
    write_comment(connection, table_slice, _LABEL, json.dumps(kept, ensure_ascii=False))


def remembered_schema(connection: Any, table_slice: TableSlice, types: Mapping[str, str]) -> dict[str, Any]:
    """The Arrow fields of the columns whose type is still the one that was written."""
    fields = {}
    for name, (text, type_) in _kept(connection, table_slice).items():
        if types.get(name) == type_:
            fields[name] = decode_field(text)
    return fields


def _kept(connection: Any, table_slice: TableSlice) -> dict[str, list[str]]:
    text = read_comment(connection, table_slice, _LABEL)
    return json.loads(text) if text else {}
