"""Frames of pandas, polars and Arrow: what an annotation asks for, and the way from one library to another.

Arrow record batches are what travels between a file and a library. None of the three is imported before a value
or an annotation of it is met.
"""

from __future__ import annotations

import collections.abc
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from headwater.model.errors import ValueNotStorableError

Form = Literal["whole", "lazy", "reader", "batches"]

_KNOWN: dict[tuple[str, str], tuple[str, Form]] = {
    ("pandas", "DataFrame"): ("pandas", "whole"),
    ("polars", "DataFrame"): ("polars", "whole"),
    ("polars", "LazyFrame"): ("polars", "lazy"),
    ("pyarrow", "Table"): ("arrow", "whole"),
    ("pyarrow", "RecordBatch"): ("batch", "whole"),
    ("pyarrow", "RecordBatchReader"): ("arrow", "reader"),
}
_STREAMS = (collections.abc.Iterator, collections.abc.Iterable, collections.abc.Generator)
_ROWS_OF_A_GROUP = 100_000
_BYTES_OF_A_GROUP = 32 * 2**20


@dataclass(frozen=True)
class FrameType:
    """A library (``pandas``, ``polars``, ``arrow``, ``batch``) and a form: whole, lazy, a reader, or batches one by one.

    >>> frame_type_of(Iterator[pandas.DataFrame])  # doctest: +SKIP
    FrameType(library='pandas', form='batches')
    """

    library: str
    form: Form


def frame_type_of(annotation: Any) -> FrameType | None:
    """What an annotation asks for; None where it is no frame."""
    annotation = unwrap(annotation)
    origin = typing.get_origin(annotation)
    if origin in _STREAMS:
        item = frame_type_of(typing.get_args(annotation)[0])
        return FrameType(item.library, "batches") if item is not None and item.form == "whole" else None
    if not isinstance(annotation, type):
        return None
    known = _KNOWN.get((annotation.__module__.partition(".")[0], annotation.__name__))
    return FrameType(*known) if known is not None else None


def unwrap(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and ``None``."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return unwrap(arguments[0])
    if origin in (typing.Union, types.UnionType):
        some = [each for each in arguments if each is not type(None)]
        return unwrap(some[0]) if len(some) == 1 else annotation
    return annotation


def frame_type_of_value(value: object) -> FrameType | None:
    """What a value is; None where it is no frame. An iterator is taken for one of batches."""
    if isinstance(value, collections.abc.Iterator) and frame_type_of(type(value)) is None:
        return FrameType("any", "batches")
    return frame_type_of(type(value))


# -- into Arrow --------------------------------------------------------------------------------------------


def to_table(value: Any) -> Any:
    """A whole frame as an Arrow table. Raises :class:`ValueNotStorableError`."""
    import pyarrow as pa

    kind = frame_type_of(type(value))
    try:
        match kind and kind.library:
            case "arrow" if isinstance(value, pa.Table):
                return value
            case "batch":
                return pa.Table.from_batches([value])
            case "pandas":
                return pa.Table.from_pandas(value)
            case "polars":
                return value.to_arrow()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise ValueNotStorableError(f"The frame has a column that Arrow has no type for: {error}") from error
    raise ValueNotStorableError(f"A {type(value).__name__} is no frame of pandas, polars or Arrow.")


def to_reader(value: Any) -> Any:
    """A frame, a lazy frame, a reader or an iterator of frames as a stream of batches of one schema.

    The first frame fixes the schema; a later one that does not fit raises :class:`ValueNotStorableError`.
    """
    import pyarrow as pa

    if isinstance(value, pa.RecordBatchReader):
        return value
    kind = frame_type_of(type(value))
    if kind is not None and kind.form == "whole":
        return to_table(value).to_reader()
    frames = value.collect_batches() if kind is not None else value
    tables = map(to_table, frames)
    first = next(tables, None)
    if first is None:
        raise ValueNotStorableError(
            "The stream ended without a frame, so its columns are not known. Give an empty frame that has them."
        )
    schema = first.schema
    return pa.RecordBatchReader.from_batches(schema, _batches(first, tables, schema))


def _batches(first: Any, rest: Iterable[Any], schema: Any) -> Iterator[Any]:
    yield from first.to_batches()
    for number, table in enumerate(rest, 2):
        yield from _fitted(table, schema, number).to_batches()


def _fitted(table: Any, schema: Any, number: int) -> Any:
    import pyarrow as pa

    if table.schema.equals(schema):
        return table
    try:
        return table.select(schema.names).cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, KeyError, ValueError) as error:
        raise ValueNotStorableError(
            f"Frame {number} of the stream does not fit the first one ({column_difference(schema, table.schema)}). "
            "Give all of them the same columns and types."
        ) from error


def column_difference(before: Any, after: Any) -> str:
    """In which columns two Arrow schemas differ, in words."""
    old = {field.name: str(field.type) for field in before}
    new = {field.name: str(field.type) for field in after}
    told = [f"{name} is gone" for name in old if name not in new]
    told += [f"{name} ({new[name]}) is new" for name in new if name not in old]
    told += [
        f"{name} was {old[name]} and is {new[name]}" for name in old if name in new and old[name] != new[name]
    ]
    return "; ".join(told) or "their columns are in another order"


def row_groups(batches: Iterable[Any]) -> Iterator[Any]:
    """Small batches joined to tables of a size that is worth a row group of a file."""
    import pyarrow as pa

    held: list[Any] = []
    for batch in batches:
        held.append(batch)
        rows, size = sum(each.num_rows for each in held), sum(each.nbytes for each in held)
        if rows >= _ROWS_OF_A_GROUP or size >= _BYTES_OF_A_GROUP:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


# -- out of Arrow ------------------------------------------------------------------------------------------


def from_table(table: Any, library: str) -> Any:
    """An Arrow table as a frame of a library."""
    return _OUT_OF_ARROW[library](table)


def _to_polars(table: Any) -> Any:
    import polars

    return polars.from_arrow(table)


_OUT_OF_ARROW: dict[str, Callable[[Any], Any]] = {
    "arrow": lambda table: table,
    "batch": lambda table: table.combine_chunks().to_batches()[0] if table.num_rows else _empty_batch(table),
    "pandas": lambda table: table.to_pandas(),
    "polars": _to_polars,
}


def _empty_batch(table: Any) -> Any:
    import pyarrow as pa

    return pa.RecordBatch.from_pylist([], schema=table.schema)


def from_batches(schema: Any, batches: Iterator[Any], wanted: FrameType) -> Any:
    """A stream of batches as what is wanted; of a whole frame nothing is left in the stream."""
    import pyarrow as pa

    if wanted.form == "reader":
        return pa.RecordBatchReader.from_batches(schema, batches)
    if wanted.form == "batches":
        if wanted.library == "batch":
            return batches
        return (from_table(pa.Table.from_batches([batch]), wanted.library) for batch in batches)
    return from_table(pa.Table.from_batches(batches, schema), wanted.library)


def concatenate(frames: list[Any], library: str) -> Any:
    """Whole frames of one library as one, row after row."""
    if library == "pandas":
        import pandas

        return pandas.concat(frames, ignore_index=True)
    if library == "polars":
        import polars

        return polars.concat(frames, how="vertical_relaxed")
    import pyarrow as pa

    return pa.concat_tables(frames, promote_options="default")


def lazy_while_held(held: Any, scan: Callable[[], Any]) -> Any:
    """A lazy frame of polars over what ``scan`` gives; it keeps ``held`` as long as it is there itself."""
    from polars.io.plugins import register_io_source

    def source(columns: Any, predicate: Any, rows: int | None, batch_size: int | None) -> Iterator[Any]:
        frame = scan()
        if predicate is not None:
            frame = frame.filter(predicate)
        if columns is not None:
            frame = frame.select(columns)
        if rows is not None:
            frame = frame.head(rows)
        assert not held.closed
        yield from frame.collect_batches()

    return register_io_source(source, schema=scan().collect_schema())
