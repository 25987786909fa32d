"""Frames of any library as tables of Postgres, by COPY in both directions and with Arrow types between."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

from headwater.definitions.io_context import OutputContext
from headwater.io.arrow_type import decode_field, encode_field
from headwater.io.frame import FrameType
from headwater.io.frame_handler import FrameHandler, refusal_of
from headwater.io.frame_stream import spool_of
from headwater.io.nanosecond import find_loss, has_nanoseconds, whole_microseconds
from headwater.io.postgres_column import read_column, store_column
from headwater.io.postgres_sql import POSTGRES, marked
from headwater.io.select import quote, quote_table
from headwater.io.spool import Spool
from headwater.io.sql import Rendered
from headwater.io.table_slice import TableSlice
from headwater.io.table_write import write_rows
from headwater.model.errors import ValueNotStorableError

_FRAME = "headwater_frame"
_LABEL = "arrow types: "
_LONGEST_NAME = 63  # bytes; Postgres cuts longer ones without a word
_BLOCK = 1 << 20


class PostgresFrameHandler(FrameHandler):
    """Stores and loads frames of pandas, polars and Arrow, and streams of them."""

    tables = POSTGRES

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Copy a frame, or a stream that has been read into a :class:`Spool`, and write it as the options say."""
        spool = spool_of(obj)
        lossy = table_slice.options.allow_lossy
        try:
            size = copy_in(connection, spool, allow_lossy=lossy)
            metadata = write_rows(
                POSTGRES, connection, context, table_slice, Rendered(f"SELECT * FROM {_FRAME}")
            )
        except psycopg.DataError as error:
            raise refusal_of("Postgres", error) from error
        remember_schema(connection, table_slice, spool.schema)
        return {**metadata, "headwater/bytes": size}

    def read(self, connection: Any, rows: Rendered, table_slice: TableSlice, wanted: FrameType) -> Any:
        """The rows of a query as a frame, with the types that the table of the slice was stored with."""
        return read_frame(connection, rows, table_slice, wanted)


def read_frame(connection: Any, rows: Rendered, table_slice: TableSlice, wanted: FrameType) -> Any:
    """The rows of a query as a frame, with the types that the table of the slice was stored with."""
    spool = copy_out(connection, rows, table_slice)
    return spool.lazy() if wanted.form == "lazy" else spool.frame(wanted)


# -- into Postgres -----------------------------------------------------------------------------------------


def copy_in(connection: Any, spool: Spool, *, allow_lossy: bool) -> int:
    """Copy a frame into a temporary table; the number of bytes that went there.

    Raises :class:`ValueNotStorableError` for what would not come back.
    """
    import pyarrow as pa
    import pyarrow.csv

    _check_names(spool.schema)
    columns = [store_column(field) for field in spool.schema]
    types = ", ".join(
        f"{quote(field.name)} {column.type}" for field, column in zip(spool.schema, columns, strict=True)
    )
    connection.execute(f"DROP TABLE IF EXISTS pg_temp.{_FRAME}")
    connection.execute(f"CREATE TEMP TABLE {_FRAME} ({types}) ON COMMIT DROP")
    options = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
    size = 0
    with connection.cursor().copy(f"COPY {_FRAME} FROM STDIN (FORMAT csv)") as copy:
        for batch in spool.reader():
            loss = None if allow_lossy else find_loss(batch, has_nanoseconds)
            if loss is not None:
                raise ValueNotStorableError(
                    f"{loss}, of which Postgres keeps microseconds. Round it yourself, or allow the loss with "
                    'metadata={"io": TableOptions(allow_lossy=True)}.'
                )
            written = [
                column.write(whole_microseconds(values))
                for column, values in zip(columns, batch.columns, strict=True)
            ]
            text = io.BytesIO()
            pa.csv.write_csv(pa.RecordBatch.from_arrays(written, names=spool.schema.names), text, options)
            copy.write(text.getbuffer())
            size += text.tell()
    return size


def _check_names(schema: Any) -> None:
    names = schema.names
    odd = [name for name in names if not name or names.count(name) > 1 or len(name.encode()) > _LONGEST_NAME]
    if odd or not names:
        raise ValueNotStorableError(
            f"The frame has {f'the column {odd[0]!r}' if odd else 'no columns'}; a table of Postgres has columns of "
            f"different names of at most {_LONGEST_NAME} bytes. Rename or drop some."
        )


# -- out of Postgres ---------------------------------------------------------------------------------------


def copy_out(connection: Any, rows: Rendered, table_slice: TableSlice) -> Spool:
    """The rows of a query, with the Arrow types that the table was stored with."""
    import pyarrow as pa

    types = POSTGRES.columns_of_query(connection, rows)
    known = remembered_schema(connection, table_slice, types)
    columns = {name: read_column(name, type_, known.get(name)) for name, type_ in types.items()}
    select = ", ".join(column.sql.format(quote(name)) for name, column in columns.items())
    query = f"COPY (SELECT {select} FROM ({rows.text}) AS stored_rows) TO STDOUT (FORMAT csv)"
    empty = {name: column.read(pa.array([], column.parsed)) for name, column in columns.items()}
    schema = pa.schema([known.get(name, pa.field(name, values.type)) for name, values in empty.items()])
    schema = pa.schema([field.with_type(empty[field.name].type) for field in schema])
    given = (marked(query), list(rows.values)) if rows.values else (query,)
    with connection.cursor().copy(*given) as copy:
        return Spool(schema, _parsed(_Copied(copy), columns, schema))


def _parsed(source: _Copied, columns: Mapping[str, Any], schema: Any) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.csv

    first = source.peek()
    if not first:
        return
    reader = pa.csv.open_csv(
        source,
        read_options=pa.csv.ReadOptions(column_names=list(columns), block_size=max(_BLOCK, 2 * len(first))),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pa.csv.ConvertOptions(
            column_types={name: column.parsed for name, column in columns.items()},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    for batch in reader:
        read = [column.read(values) for column, values in zip(columns.values(), batch.columns, strict=True)]
        yield pa.RecordBatch.from_arrays(read, schema=schema)


class _Copied(io.RawIOBase):
    """What COPY gives, as a file."""

    def __init__(self, copy: Any) -> None:
        super().__init__()
        self._blocks = iter(copy)
        self._left = b""

    def peek(self) -> bytes:
        """What comes next, without taking it; nothing at the end."""
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                break
            self._left = bytes(block)
        return self._left

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, ``size`` of them unless the end comes before."""
        parts: list[bytes] = []
        wanted = size if size >= 0 else 1 << 62
        while wanted and self.peek():
            part, self._left = self._left[:wanted], self._left[wanted:]
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)


# -- types that are remembered -----------------------------------------------------------------------------


def remember_schema(connection: Any, table_slice: TableSlice, schema: Any) -> None:
    """Keep the Arrow types in the comment of the table, unless it has one by somebody else."""
    comment = _comment(connection, table_slice)
    if comment is not None and not comment.startswith(_LABEL):
        return
    types = POSTGRES.columns_of_table(connection, table_slice) or {}
    kept = json.loads(comment.removeprefix(_LABEL)) if comment else {}
    kept |= {field.name: [encode_field(field), types[field.name]] for field in schema if field.name in types}
    text = _LABEL + json.dumps({name: each for name, each in kept.items() if name in types})
    connection.execute(marked(f"COMMENT ON TABLE {quote_table(table_slice)} IS ") + "%s", [text])


def remembered_schema(connection: Any, table_slice: TableSlice, types: Mapping[str, str]) -> dict[str, Any]:
    """The Arrow fields of the columns whose type is still the one that was written."""
    comment = _comment(connection, table_slice)
    if comment is None or not comment.startswith(_LABEL):
        return {}
    kept = json.loads(comment.removeprefix(_LABEL))
    return {name: decode_field(text) for name, (text, type_) in kept.items() if types.get(name) == type_}


def _comment(connection: Any, table_slice: TableSlice) -> str | None:
    query = "SELECT obj_description(to_regclass(%s), 'pg_class')"
    comment: str | None = connection.execute(query, [quote_table(table_slice)]).fetchone()[0]
    return comment
