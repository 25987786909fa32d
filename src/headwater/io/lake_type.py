"""Columns of Arrow as a table format keeps them, and back with the types that they had.

A format has fewer types than Arrow. A column goes in as the nearest type that holds all its values; what it was is
remembered in the metadata of the field, which the format keeps with the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from headwater.io.arrow_type import cast_column, decode_field, encode_field
from headwater.io.nanosecond import find_loss
from headwater.model.errors import ValueNotStorableError

REMEMBERED = b"headwater.arrow"
"""The label in the metadata of a stored field under which its Arrow type is remembered."""

_MOST_DIGITS = 38


class LakeTypes(NamedTuple):
    """What a format can keep: ``name`` for messages, whether it has integers of 8 and 16 bits, and times of day."""

    name: str
    small_integers: bool
    times: bool

    def store_schema(self, schema: Any) -> Any:
        """The columns as they are kept. Raises :class:`ValueNotStorableError` for a type that has none."""
        import pyarrow as pa

        _check_names(schema)
        return pa.schema([self._store_field(field) for field in schema])

    def _store_field(self, field: Any) -> Any:
        import pyarrow as pa

        stored = self.stored(field.type)
        if stored is None:
            raise ValueNotStorableError(
                f'The column "{field.name}" is of the type {field.type}, for which {self.name} has none. Make it text or a '
                "number."
            )
        metadata = None
        if stored != field.type and not _differs_in_memory_only(field.type):
            remembered = [encode_field(pa.field(field.name, field.type)), str(stored)]
            metadata = {REMEMBERED: json.dumps(remembered).encode()}
        return pa.field(field.name, stored, metadata=metadata)

    def stored(self, kind: Any) -> Any:
        """The type that holds all values of another, None where there is none."""
        import pyarrow as pa

        types = pa.types
        if types.is_dictionary(kind):
            return self.stored(kind.value_type)
        if types.is_map(kind):
            key, item = self.stored(kind.key_type), self.stored(kind.item_type)
            return None if key is None or item is None else pa.map_(key, item)
        if types.is_struct(kind):
            inner = [(kind.field(number).name, kind.field(number).type) for number in range(kind.num_fields)]
            fields = [(name, self.stored(each)) for name, each in inner]
            return None if not fields or any(each is None for _, each in fields) else pa.struct(fields)
        if types.is_nested(kind):
            inside = self.stored(kind.value_type) if hasattr(kind, "value_type") else None
            return None if inside is None else pa.list_(inside)
        return next((stored for applies, stored in self._plain(kind) if applies(kind)), None)

    def _plain(self, kind: Any) -> list[tuple[Callable[[Any], bool], Any]]:
        import pyarrow as pa

        types = pa.types
        small = kind if self.small_integers else pa.int32()
        zone = "UTC" if getattr(kind, "tz", None) else None
        digits, scale = getattr(kind, "precision", 0), getattr(kind, "scale", 0)
        fits = digits <= _MOST_DIGITS and 0 <= scale <= digits
        return [
            (lambda each: types.is_int8(each) or types.is_int16(each), small),
            (types.is_uint8, pa.int16() if self.small_integers else pa.int32()),
            (lambda each: types.is_int32(each) or types.is_uint16(each), pa.int32()),
            (lambda each: types.is_int64(each) or types.is_uint32(each), pa.int64()),
            (types.is_uint64, pa.decimal128(20, 0)),
            (lambda each: types.is_float16(each) or types.is_float32(each), pa.float32()),
            (types.is_float64, pa.float64()),
            (types.is_boolean, pa.bool_()),
            (is_text, pa.string()),
            (types.is_null, pa.string()),
            (_is_bytes, pa.binary()),
            (types.is_date, pa.date32()),
            (types.is_timestamp, pa.timestamp("us", zone)),
            (types.is_time, pa.time64("us") if self.times else None),
            (types.is_decimal, pa.decimal128(digits, scale) if digits and fits else None),
        ]

    # -- values ------------------------------------------------------------------------------------------------

    def store_column(self, column: Any, stored: Any, *, allow_lossy: bool) -> Any:
        """Values as they are kept. Raises :class:`ValueNotStorableError` where something would be lost."""
        import pyarrow as pa

        if pa.types.is_dictionary(column.type):
            column = (
                column.cast(column.type.value_type)
                if isinstance(column, pa.ChunkedArray)
                else column.dictionary_decode()
            )
        try:
            return column if column.type == stored else column.cast(stored, safe=not allow_lossy)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise ValueNotStorableError(f"{self.name} cannot hold a column of the frame: {error}") from error

    def find_loss(self, table: Any) -> str | None:
        """The first column of which something would be lost, in words."""
        return find_loss(table, _has_nanoseconds)


def visible_schema(stored: Any) -> Any:
    """The columns of a stored table with the types that they had before they were stored."""
    import pyarrow as pa

    return pa.schema([_visible_field(field) for field in stored])


def _visible_field(field: Any) -> Any:
    import pyarrow as pa

    kept = (field.metadata or {}).get(REMEMBERED)
    if kept is not None:
        text, stored = json.loads(kept)
        if stored == str(field.type):  # else another program has changed the column
            return pa.field(field.name, decode_field(text).type)
    return pa.field(field.name, field.type)


def show_batch(batch: Any, visible: Any) -> Any:
    """A stored batch with the types that its columns had."""
    import pyarrow as pa

    columns = [
        cast_column(batch.column(number), field.type)
        if batch.column(number).type != field.type
        else batch.column(number)
        for number, field in enumerate(visible)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=visible)


def is_text(kind: Any) -> bool:
    """Whether a type is one of texts."""
    import pyarrow as pa

    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _differs_in_memory_only(kind: Any) -> bool:
    """Whether a type is another way to lay out texts or bytes in memory, which is nothing to remember."""
    import pyarrow as pa

    return is_text(kind) or bool(pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind))


def _is_bytes(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    known = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_binary_view)
    return any(is_known(kind) for is_known in known)


def _has_nanoseconds(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_temporal(kind)) and getattr(kind, "unit", "") == "ns"


def _check_names(schema: Any) -> None:
    lowered = [name.lower() for name in schema.names]
    odd = [name for name in schema.names if not name or lowered.count(name.lower()) > 1]
    if odd or not schema.names:
        which = f"the columns {', '.join(map(repr, odd))}" if odd else "no columns"
        raise ValueNotStorableError(
            f"The frame has {which}; a table has columns whose names differ, and not in case only. Rename or drop some."
        )
