"""The types of Arrow columns: kept as text beside a table, and given back to what comes out of it."""

from __future__ import annotations

import base64
from typing import Any


def encode_field(field: Any) -> str:
    """A column's name, type and metadata as text."""
    import pyarrow as pa

    return base64.b64encode(pa.schema([field]).serialize().to_pybytes()).decode()


def decode_field(text: str) -> Any:
    """What :func:`encode_field` was given."""
    import pyarrow as pa

    return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(text))).field(0)


def cast_batch(batch: Any, schema: Any) -> Any:
    """A batch with the types of a schema."""
    import pyarrow as pa

    columns = [cast_column(column, field.type) for column, field in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def cast_column(column: Any, wanted: Any) -> Any:
    """A column with another type that holds its values."""
    import pyarrow as pa

    if column.type == wanted:
        return column
    if pa.types.is_null(wanted):
        return pa.nulls(len(column))
    if pa.types.is_duration(wanted):
        column = column.cast(pa.duration("us"))
    if pa.types.is_dictionary(wanted):
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        return column.cast(wanted.value_type).dictionary_encode().cast(wanted)
    return column.cast(wanted)
