"""The columns of a pandas frame as columns of a DuckDB table: what goes in, and what makes it come out the
same.

DuckDB's own conversion forgets some types (time zones, decimals, nullable integers, bytes, dates) and turns
what it does not know into text. Here each column says how it is read in SQL and restored afterwards, and a
column that would come back as something else is refused.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from headwater.model.errors import ValueNotStorableError

_INFERS_STRINGS = int(pd.__version__.partition(".")[0]) >= 3
"""Whether pandas makes `str` columns of strings, so that a column of objects has to be restored."""

_TEXT = pd.StringDtype("python")
_MOST_DIGITS = 38


class StoredColumn(NamedTuple):
    """A column on its way into a table.

    ``values`` is what DuckDB reads, ``sql`` the expression over it (``{}`` is its name), ``restore`` the
    type that loading restores (None where DuckDB's own conversion does), ``doubtful`` whether only reading
    it back shows that nothing is lost.
    """

    values: pd.Series[Any]
    sql: str = "{}"
    restore: str | None = None
    doubtful: bool = False


def store_column(column: pd.Series[Any], *, grows: bool) -> StoredColumn:
    """How a column goes into a table; ``grows`` says that the table has other partitions, with other values.

    Raises :class:`ValueNotStorableError` for a column of which something would be lost.
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _store_categories(column, grows=grows)
    if isinstance(dtype, pd.DatetimeTZDtype):
        if dtype.unit == "ns" and (column.dt.nanosecond > 0).any():
            raise _lossy(
                column, "has nanoseconds and a time zone, and DuckDB keeps microseconds of those", "us"
            )
        return StoredColumn(column, restore=str(dtype))
    if dtype.kind == "m":
        if dtype == "timedelta64[ns]" and (column.dt.nanoseconds % 1000 > 0).any():
            raise _lossy(column, "has durations of nanoseconds, and DuckDB keeps microseconds", "us")
        return StoredColumn(column, restore=str(dtype))
    if isinstance(dtype, pd.StringDtype):
        plain = str(dtype) == "str" and column.notna().any()
        return StoredColumn(column, restore=None if plain else str(dtype))
    if dtype.kind == "O" and isinstance(dtype, np.dtype):
        return _store_objects(column)
    if isinstance(dtype, np.dtype) and dtype != np.float16:
        return StoredColumn(column)
    return StoredColumn(column, restore=str(dtype))


def restore_column(column: pd.Series[Any], restore: str) -> pd.Series[Any]:
    """A loaded column with the type that :func:`store_column` has called ``restore``."""
    if restore in _RESTORED:
        return _RESTORED[restore](column)
    if restore == "str" and not _INFERS_STRINGS:  # stored with a newer pandas
        return column
    return column.astype(restore)  # type: ignore[call-overload,no-any-return]


def read_sql(restore: str | None, sql_type: str) -> str:
    """The expression that reads a column so that nothing is lost before :func:`restore_column`."""
    if restore in ("decimal", "integer") and sql_type != "BIGINT":
        return "CAST({} AS VARCHAR)"
    return "{}"


# -- categories and objects --------------------------------------------------------------------------------


def _store_categories(column: pd.Series[Any], *, grows: bool) -> StoredColumn:
    dtype = column.dtype
    assert isinstance(dtype, pd.CategoricalDtype)
    if pd.api.types.infer_dtype(dtype.categories) == "string" and not grows:
        return StoredColumn(column, restore="ordered category" if dtype.ordered else "category")
    if dtype.ordered:
        raise ValueNotStorableError(
            f'The column "{column.name}" has ordered categories. Their order is kept for texts in a table '
            f'without partitions only. Store plain values: frame["{column.name}"].astype(object).'
        )
    return store_column(column.astype(object), grows=grows)._replace(restore="category")


def _store_objects(column: pd.Series[Any]) -> StoredColumn:
    kind = pd.api.types.infer_dtype(column, skipna=True)
    store = _STORED_OBJECTS.get(kind)
    return store(column) if store else StoredColumn(column, restore="object", doubtful=True)


def _store_strings(column: pd.Series[Any]) -> StoredColumn:
    return StoredColumn(column.astype(_TEXT), restore="object" if _INFERS_STRINGS else None)


def _store_nothing(column: pd.Series[Any]) -> StoredColumn:
    return StoredColumn(column.astype(_TEXT), restore="object")


def _store_integers(column: pd.Series[Any]) -> StoredColumn:
    try:
        return StoredColumn(column.astype("Int64"), restore="integer")
    except OverflowError:
        return StoredColumn(_as_text(column, str), "CAST({} AS HUGEINT)", "integer")


def _store_floats(column: pd.Series[Any]) -> StoredColumn:
    return StoredColumn(column.astype("float64"), doubtful=True)


def _store_decimals(column: pd.Series[Any]) -> StoredColumn:
    numbers: list[decimal.Decimal] = [number for number in column if isinstance(number, decimal.Decimal)]
    if not all(number.is_finite() for number in numbers):
        raise ValueNotStorableError(
            f'The column "{column.name}" has decimals that are NaN or infinite. DuckDB has none; use None.'
        )
    scale = max((-number.as_tuple().exponent for number in numbers), default=0)  # type: ignore[operator]
    scale = max(scale, 0)
    whole = max((number.adjusted() + 1 for number in numbers if number), default=0)
    if whole + scale > _MOST_DIGITS:
        raise ValueNotStorableError(
            f'The column "{column.name}" has decimals of {whole + scale} digits; DuckDB has {_MOST_DIGITS}. '
            "Round them, or store them as text."
        )
    return StoredColumn(
        _as_text(column, "{:f}".format), f"CAST({{}} AS DECIMAL({_MOST_DIGITS}, {scale}))", "decimal"
    )


def _store_moments(column: pd.Series[Any]) -> StoredColumn:
    """Datetimes as objects come back as a column of datetimes; with time zones they come back in UTC."""
    zoned = [moment.tzinfo is not None for moment in column if pd.notna(moment)]
    if any(zoned) and not all(zoned):
        raise ValueNotStorableError(f'The column "{column.name}" has datetimes with and without a time zone.')
    return store_column(pd.to_datetime(column, utc=any(zoned)), grows=False)


def _store_dates(column: pd.Series[Any]) -> StoredColumn:
    return StoredColumn(_as_text(column, str), "CAST({} AS DATE)", "date")


_STORED_OBJECTS: dict[str, Callable[[pd.Series[Any]], StoredColumn]] = {
    "string": _store_strings,
    "empty": _store_nothing,
    "integer": _store_integers,
    "boolean": lambda column: StoredColumn(column.astype("boolean"), restore="object"),
    "floating": _store_floats,
    "mixed-integer-float": _store_floats,
    "decimal": _store_decimals,
    "date": _store_dates,
    "datetime": _store_moments,
    "bytes": lambda column: StoredColumn(column, restore="bytes", doubtful=True),
    "time": lambda column: StoredColumn(column, restore="object", doubtful=True),
}


def _as_text(column: pd.Series[Any], convert: Callable[[Any], str]) -> pd.Series[Any]:
    return column.map(convert, na_action="ignore").astype(_TEXT)


def _as_objects(column: pd.Series[Any], convert: Callable[[Any], Any] | None = None) -> pd.Series[Any]:
    objects = column.astype(object)
    if convert is not None:
        objects = objects.map(convert, na_action="ignore").astype(object)
    return objects.where(column.notna(), None)


def _as_categories(column: pd.Series[Any], *, ordered: bool = False) -> pd.Series[Any]:
    column = column.astype("category")
    column = column.cat.rename_categories(
        pd.Index(list(column.cat.categories))
    )  # texts as pandas infers them
    return column.cat.as_ordered() if ordered else column.cat.as_unordered()


_RESTORED: dict[str, Callable[[pd.Series[Any]], pd.Series[Any]]] = {
    "object": _as_objects,
    "integer": lambda column: _as_objects(column, int),
    "decimal": lambda column: _as_objects(column, decimal.Decimal),
    "bytes": lambda column: _as_objects(column, bytes),
    "date": lambda column: _as_objects(column, lambda moment: moment.date()),
    "category": _as_categories,
    "ordered category": lambda column: _as_categories(column, ordered=True),
}


def _lossy(column: pd.Series[Any], what: str, unit: str) -> ValueNotStorableError:
    return ValueNotStorableError(
        f'The column "{column.name}" {what}. Round it yourself, for example with '
        f'frame["{column.name}"].dt.floor("{unit}").'
    )
