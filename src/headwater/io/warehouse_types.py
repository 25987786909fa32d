"""The types of a warehouse: how columns of Arrow frames are uploaded, what they are in a table, and which hold which."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from headwater.io.arrow_type import cast_column
from headwater.io.nanosecond import whole_microseconds
from headwater.io.nested_json import check_nested, from_json, is_bytes, is_text, to_json
from headwater.model.errors import ValueNotStorableError

_TYPE = re.compile(r"(\w+)(?:\((\d+)(?:,\s*(\d+))?\))?")


class Form(NamedTuple):
    """What a kind of value is in a table, and the SQL that makes it of what was uploaded for ``{}``."""

    type: str
    sql: str = "{}"


class UploadedColumn(NamedTuple):
    """A column on its way: its type in the table, the SQL that makes it, and what the uploaded file has for its values."""

    type: str
    sql: str
    upload: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class WarehouseTypes:
    """The types of one warehouse.

    ``forms`` has a :class:`Form` for: boolean, integer, unsigned, float, text, bytes (uploaded as hexadecimal text), date
    (days since 1970), time (text), moment and zoned (counts of the ``finest`` unit since 1970), json (text). Where a
    form lacks, the count is stored itself. ``decimal`` gives the form for digits and scale, None where there is none.
    ``exact`` are the numbers without fraction and the most digits they have, ``floats`` the others.
    """

    name: str
    forms: Mapping[str, Form]
    finest: str
    decimal: Callable[[int, int], Form | None]
    exact: Mapping[str, tuple[int, int]]
    floats: frozenset[str]

    def store(self, field: Any) -> UploadedColumn:
        """How a column is stored. Raises :class:`ValueNotStorableError` for what would not come back."""
        import pyarrow as pa

        kind, types = field.type, pa.types
        if types.is_dictionary(kind):
            inner = self.store(field.with_type(kind.value_type))
            return inner._replace(upload=lambda column: inner.upload(column.cast(kind.value_type)))
        if types.is_nested(kind):
            check_nested(field.name, kind, self.name)
            return self._uploaded("json", lambda column: to_json(column, self.name))
        if types.is_decimal(kind):
            form = self.decimal(kind.precision, kind.scale)
            if form is None:
                raise ValueNotStorableError(
                    f'The column "{field.name}" is of the type {kind}, and {self.name} has no such decimals. '
                    "Store it as text, or round it."
                )
            return UploadedColumn(form.type, form.sql, lambda column: column.cast(pa.string()))
        if types.is_timestamp(kind):
            return self._uploaded("zoned" if kind.tz else "moment", self._count)
        for applies, name, upload in self._plain():
            if applies(kind):
                return self._uploaded(name, upload)
        raise ValueNotStorableError(
            f'The column "{field.name}" is of the type {kind}, for which {self.name} has none. Convert it before it is '
            "returned."
        )

    def _uploaded(self, name: str, upload: Callable[[Any], Any]) -> UploadedColumn:
        form = self.forms.get(name) or self.forms["integer"]
        return UploadedColumn(form.type, form.sql, upload)

    def _plain(self) -> list[tuple[Callable[[Any], bool], str, Callable[[Any], Any]]]:
        import pyarrow as pa

        types = pa.types
        time_upload = self._text if "time" in self.forms else _ticks
        return [
            (types.is_boolean, "boolean", lambda column: column),
            (types.is_uint64, "unsigned", self._text),
            (types.is_integer, "integer", lambda column: column.cast(pa.int64())),
            (types.is_floating, "float", lambda column: column.cast(pa.float64())),
            (is_text, "text", self._text),
            (types.is_null, "text", self._text),
            (is_bytes, "bytes", _to_hex),
            (
                types.is_date,
                "date",
                lambda column: column.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()),
            ),
            (types.is_time, "time", time_upload),
            (types.is_duration, "duration", _ticks),
        ]

    def _text(self, column: Any) -> Any:
        import pyarrow as pa

        return column.cast(pa.string())

    def _count(self, column: Any) -> Any:
        """Moments as counts of the finest unit; parts of it have been refused, or allowed to be lost."""
        import pyarrow as pa

        if self.finest == "us":
            column = whole_microseconds(column)
        return column.cast(pa.timestamp(self.finest, column.type.tz)).cast(pa.int64())

    # -- which type holds which ------------------------------------------------------------------------------

    def holds(self, wide: str, narrow: str) -> bool:
        """Whether each value of a type is one of another type as well."""
        if wide == narrow:
            return True
        many, few = self._digits(wide), self._digits(narrow)
        if few is None:
            return False
        if wide in self.floats:
            return few[0] <= 15 and few[1] == 0
        return many is not None and many[0] - many[1] >= few[0] - few[1] and many[1] >= few[1]

    def _digits(self, type_: str) -> tuple[int, int] | None:
        """Digits and scale of an exact number, None for other types."""
        found = _TYPE.fullmatch(type_)
        if found is None or found[1] not in self.exact:
            return None
        return (int(found[2]), int(found[3] or 0)) if found[2] else self.exact[found[1]]


def restore(column: Any, field: Any) -> Any:
    """What came out of a table, with the Arrow type that was stored, where it is known."""
    import pyarrow as pa

    types, wanted = pa.types, field.type
    if types.is_nested(wanted) and is_text(column.type):
        return from_json(column, wanted)
    if types.is_timestamp(wanted) and types.is_timestamp(column.type) and wanted.tz and not column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    if types.is_temporal(wanted) and (types.is_decimal(column.type) or types.is_integer(column.type)):
        unit = pa.int32() if types.is_time32(wanted) or types.is_date32(wanted) else pa.int64()
        return column.cast(pa.int64()).cast(unit).cast(wanted)
    if types.is_integer(wanted) and types.is_decimal(column.type):
        return column.cast(wanted)
    return cast_column(column, wanted)


def _ticks(column: Any) -> Any:
    """Durations and times as counts of their own unit."""
    import pyarrow as pa

    whole = pa.int32() if pa.types.is_time32(column.type) else pa.int64()
    return column.cast(whole).cast(pa.int64())


def _to_hex(column: Any) -> Any:
    import pyarrow as pa

    return pa.array([None if each is None else each.hex() for each in column.to_pylist()], pa.string())
