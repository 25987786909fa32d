"""The columns of Arrow frames as columns of Postgres: as COPY takes them, and as it gives them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from headwater.io.arrow_type import cast_column
from headwater.io.nested_json import check_nested, from_json, is_bytes, is_text, to_json
from headwater.model.errors import ValueNotStorableError

_NAME = "Postgres"


class PostgresColumn(NamedTuple):
    """How a column is stored: the type in the table, and what COPY is given for its values."""

    type: str
    write: Callable[[Any], Any] = lambda column: column


class CopiedColumn(NamedTuple):
    """How a column is read: the SQL expression, what its text is parsed as, and what is made of that."""

    sql: str
    parsed: Any
    read: Callable[[Any], Any] = lambda column: column


def store_column(field: Any) -> PostgresColumn:
    """How a column of Arrow is stored. Raises :class:`ValueNotStorableError` for what would not come back."""
    import pyarrow as pa

    kind, types = field.type, pa.types
    if types.is_dictionary(kind):
        inner = store_column(field.with_type(kind.value_type))
        return PostgresColumn(inner.type, lambda column: inner.write(column.cast(kind.value_type)))
    if types.is_nested(kind):
        check_nested(field.name, kind, _NAME)
        return PostgresColumn("jsonb", lambda column: to_json(column, _NAME))
    if types.is_timestamp(kind):
        zone = "with" if kind.tz else "without"
        stored = pa.timestamp("us", "UTC" if kind.tz else None)
        return PostgresColumn(f"timestamp {zone} time zone", lambda column: column.cast(stored))
    if types.is_decimal(kind):
        return PostgresColumn(
            f"numeric({kind.precision},{kind.scale})", lambda column: column.cast(pa.string())
        )
    for applies, stored_column in _stored():
        if applies(kind):
            return stored_column
    raise ValueNotStorableError(
        f'The column "{field.name}" is of the type {kind}, for which Postgres has none.'
    )


def _stored() -> list[tuple[Callable[[Any], bool], PostgresColumn]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    types = pa.types

    def microseconds(column: Any) -> Any:
        numbers = column.cast(pa.duration("us")).cast(pa.int64()).cast(pa.string())
        return pc.binary_join_element_wise(numbers, pa.scalar("microseconds"), " ")

    def integer(*widths: Callable[[Any], bool]) -> Callable[[Any], bool]:
        return lambda kind: any(is_width(kind) for is_width in widths)

    return [
        (types.is_boolean, PostgresColumn("boolean")),
        (integer(types.is_int8, types.is_int16, types.is_uint8), PostgresColumn("smallint")),
        (integer(types.is_int32, types.is_uint16), PostgresColumn("integer")),
        (integer(types.is_int64, types.is_uint32), PostgresColumn("bigint")),
        (types.is_uint64, PostgresColumn("numeric(20,0)")),
        (
            integer(types.is_float16, types.is_float32),
            PostgresColumn("real", lambda column: column.cast(pa.float32())),
        ),
        (types.is_float64, PostgresColumn("double precision")),
        (is_text, PostgresColumn("text", lambda column: column.cast(pa.string()))),
        (types.is_null, PostgresColumn("text", lambda column: column.cast(pa.string()))),
        (is_bytes, PostgresColumn("bytea", _as_hex)),
        (types.is_date, PostgresColumn("date", lambda column: column.cast(pa.date32()))),
        (
            types.is_time,
            PostgresColumn("time without time zone", lambda column: column.cast(pa.time64("us"))),
        ),
        (types.is_duration, PostgresColumn("interval", microseconds)),
    ]


def read_column(name: str, type_: str, field: Any) -> CopiedColumn:
    """How a column of a table is read; ``field`` is the Arrow field that was stored, where it is known."""
    import pyarrow as pa

    plain = _PLAIN_TYPES.get(type_)
    if field is not None and pa.types.is_nested(field.type) and type_ == "jsonb":
        return CopiedColumn("{}", pa.string(), lambda column: from_json(column, field.type))
    if type_.startswith("numeric("):
        digits, scale = map(int, type_.removeprefix("numeric(").removesuffix(")").split(","))
        parsed = pa.decimal128(digits, scale) if digits <= 38 else pa.string()
        return CopiedColumn("{}", parsed, lambda column: _restore(column, field))
    if type_ == "bytea":
        return CopiedColumn(
            "encode({}, 'hex')", pa.string(), lambda column: _restore(_from_hex(column), field)
        )
    if type_ == "interval":
        sql = "(extract(epoch FROM {}) * 1000000)::bigint"
        return CopiedColumn(sql, pa.int64(), lambda column: _restore(column.cast(pa.duration("us")), field))
    if type_ == "timestamp with time zone":
        zoned = pa.timestamp("us", "UTC")
        sql = "{} AT TIME ZONE 'UTC'"
        return CopiedColumn(
            sql, pa.timestamp("us"), lambda column: _restore(column.cast(pa.int64()).cast(zoned), field)
        )
    if plain is None:
        return CopiedColumn("({})::text", pa.string())
    return CopiedColumn("{}", pa.type_for_alias(plain), lambda column: _restore(column, field))


_PLAIN_TYPES = {
    "boolean": "bool",
    "smallint": "int16",
    "integer": "int32",
    "bigint": "int64",
    "real": "float32",
    "double precision": "float64",
    "numeric": "float64",
    "text": "string",
    "date": "date32",
    "time without time zone": "time64[us]",
    "timestamp without time zone": "timestamp[us]",
}


def _restore(column: Any, field: Any) -> Any:
    return column if field is None else cast_column(column, field.type)


# -- bytes ----------------------------------------------------------------------------------------------------


def _as_hex(column: Any) -> Any:
    import pyarrow as pa

    return pa.array(
        [None if each is None else "\\x" + each.hex() for each in column.to_pylist()], pa.string()
    )


def _from_hex(column: Any) -> Any:
    import pyarrow as pa

    return pa.array(
        [None if each is None else bytes.fromhex(each) for each in column.to_pylist()], pa.binary()
    )
