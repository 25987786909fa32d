"""Streams among the values that are to be stored: read to their end before any database is opened for them."""

from __future__ import annotations

import collections.abc
from typing import Any

from headwater.io.frame import frame_type_of, frame_type_of_value, to_reader, to_table
from headwater.io.spool import Spool


def is_stream(value: object) -> bool:
    """Whether a value gives its frames bit by bit: an iterator, a reader of batches, a lazy frame."""
    kind = frame_type_of_value(value)
    return kind is not None and kind.form != "whole"


def spooled(value: Any) -> Any:
    """A stream as a :class:`Spool`, anything else as it is."""
    if not is_stream(value):
        return value
    if isinstance(value, collections.abc.Iterator) and frame_type_of(type(value)) is None:
        value = map(without_index, value)
    reader = to_reader(value)
    return Spool(reader.schema, reader)


def spool_of(value: Any) -> Spool:
    """A whole frame as a :class:`Spool`, without the index that a frame of pandas may have; a spool as it is."""
    if isinstance(value, Spool):
        return value
    table = to_table(without_index(value))
    return Spool(table.schema, table.to_batches())


def without_index(frame: Any) -> Any:
    """A frame of pandas without its index, which no table keeps; others as they are."""
    kind = frame_type_of(type(frame))
    if kind is None or kind.library != "pandas":
        return frame
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
