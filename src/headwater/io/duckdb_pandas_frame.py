"""A pandas frame as a DuckDB table: written by column name, read with its types restored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from headwater.io.duckdb_table import table_exists
from headwater.io.pandas_column import StoredColumn, read_sql, restore_column, store_column
from headwater.io.select import build_condition, quote, quote_table
from headwater.io.table_slice import TableSlice
from headwater.model.errors import CheckError, ValueNotStorableError

_FRAME = "headwater_frame"
_COMMENT = "pandas types: "
_MOMENT = "TIMESTAMP WITH TIME ZONE"


def write_frame(connection: Any, table_slice: TableSlice, frame: pd.DataFrame) -> int:
    """Replace the table by ``frame``, or, where the slice is one of partitions, add its rows to the table.

    Returns how many rows do not belong to the partitions of the slice. Raises
    :class:`ValueNotStorableError` for a frame that no table holds without loss, and for columns that differ
    from those of the other partitions.
    """
    _check_names(frame)
    grows = table_slice.partition_dimensions is not None
    columns = {name: store_column(frame[name], grows=grows) for name in frame.columns}
    try:
        _register(connection, frame, columns)
        _verify(connection, frame, columns)
        if grows and table_exists(table_slice, connection):
            _insert(connection, table_slice, columns)
        else:
            connection.execute(f"CREATE OR REPLACE TABLE {quote_table(table_slice)} AS {_select(columns)}")
        _remember_types(connection, table_slice, columns)
        return _count_outside(connection, table_slice, columns)
    except (duckdb.DataError, duckdb.InvalidInputException, duckdb.NotSupportedError) as error:
        raise ValueNotStorableError(f"DuckDB cannot store the frame: {error}") from error


def read_frame(connection: Any, table_slice: TableSlice) -> pd.DataFrame:
    """The rows and columns of a slice, with the types that they had when they were written."""
    types = _describe(connection, quote_table(table_slice))
    names = _existing(table_slice, types)
    restored = _remembered_types(connection, table_slice, types)
    expressions = []
    for name in names:
        sql = "{} AT TIME ZONE 'UTC'" if types[name] == _MOMENT else read_sql(restored.get(name), types[name])
        expressions.append(f"{sql.format(quote(name))} AS {quote(name)}")
    condition, values = build_condition(table_slice.partition_dimensions)
    query = f"SELECT {', '.join(expressions)} FROM {quote_table(table_slice)}{condition}"
    frame: pd.DataFrame = connection.execute(query, values).df()
    for name in names:
        if types[name] == _MOMENT:
            frame[name] = frame[name].dt.tz_localize("UTC")
        if name in restored:
            frame[name] = restore_column(frame[name], restored[name])
    return frame


# -- writing -----------------------------------------------------------------------------------------------


def _check_names(frame: pd.DataFrame) -> None:
    """Raise :class:`ValueNotStorableError` where the columns cannot all have their names in a table."""
    names = list(frame.columns)
    odd = [name for name in names if not isinstance(name, str) or not name]
    if odd:
        raise ValueNotStorableError(
            f"The columns of a table have names that are text, and the frame has {odd[0]!r}. Rename it."
        )
    if not names:
        raise ValueNotStorableError("The frame has no columns, and a table has at least one.")
    lowered = [name.lower() for name in names]
    twice = sorted({name for name in names if lowered.count(name.lower()) > 1})
    if twice:
        raise ValueNotStorableError(
            f"The frame has columns of the same name, to which upper and lower case make no difference in a "
            f"table: {', '.join(map(repr, twice))}. Rename or drop some."
        )


def _register(connection: Any, frame: pd.DataFrame, columns: Mapping[str, StoredColumn]) -> None:
    """Let SQL see the frame, with the columns that are converted for it, until the connection is closed."""
    converted = {name: column.values for name, column in columns.items() if column.values is not frame[name]}
    if converted:
        frame = frame.copy(deep=False)
        for name, values in converted.items():
            frame[name] = values
    connection.register(_FRAME, frame)


def _select(columns: Mapping[str, StoredColumn]) -> str:
    expressions = (f"{column.sql.format(quote(name))} AS {quote(name)}" for name, column in columns.items())
    return f"SELECT {', '.join(expressions)} FROM {_FRAME}"


def _verify(connection: Any, frame: pd.DataFrame, columns: Mapping[str, StoredColumn]) -> None:
    """Read back what only reading back can vouch for, before it is stored."""
    for name, column in columns.items():
        if not column.doubtful:
            continue
        # The type of a column of objects follows from all of them, not from a sample.
        connection.execute(f"SET pandas_analyze_sample = {max(len(frame), 1)}")
        stored: pd.Series[Any] = connection.execute(_select({name: column})).df()[name]
        if column.restore is not None:
            stored = restore_column(stored, column.restore)
        for given, back in zip(frame[name], stored, strict=True):
            if not _same(given, back):
                raise ValueNotStorableError(
                    f'The column "{name}" would not come back as it is: {given!r} ({type(given).__name__}) '
                    f"would be {back!r}. Convert it to one type that DuckDB has, for example to text with "
                    f'frame["{name}"].astype(str).'
                )


def _same(given: Any, back: Any) -> bool:
    """Whether two values mean the same; lists, tuples and arrays are alike, and so are all nulls."""
    if isinstance(given, (list, tuple, np.ndarray)) and isinstance(back, (list, tuple, np.ndarray)):
        return len(given) == len(back) and all(map(_same, given, back))
    if isinstance(given, dict) and isinstance(back, dict):
        return all(_same(given.get(key), back.get(key)) for key in {*given, *back})
    if pd.api.types.is_scalar(given) and pd.isna(given):
        return bool(pd.api.types.is_scalar(back) and pd.isna(back))
    if isinstance(given, str) is not isinstance(back, str):
        return False
    return bool(given == back)


def _insert(connection: Any, table_slice: TableSlice, columns: Mapping[str, StoredColumn]) -> None:
    table = quote_table(table_slice)
    select = _select(columns)
    _check_columns(connection, select, before=_describe(connection, table), now=_describe(connection, select))
    connection.execute(f"INSERT INTO {table} BY NAME {select}")


def _count_outside(connection: Any, table_slice: TableSlice, columns: Mapping[str, StoredColumn]) -> int:
    condition, values = build_condition(table_slice.partition_dimensions)
    if not condition:
        return 0
    inside = f"count(*) FILTER ({condition.removeprefix(' ')})"
    query = f"SELECT count(*) - {inside} FROM ({_select(columns)})"
    [(outside,)] = connection.execute(query, values).fetchall()
    return int(outside)


def _check_columns(
    connection: Any, select: str, *, before: Mapping[str, str], now: Mapping[str, str]
) -> None:
    """Raise :class:`ValueNotStorableError`, with what differs, where rows do not fit into the table."""
    known = {name.lower(): type_ for name, type_ in before.items()}
    new = {name.lower(): type_ for name, type_ in now.items()}
    found = [f'"{name}" {type_} is missing' for name, type_ in before.items() if name.lower() not in new]
    found += [f'"{name}" {type_} is new' for name, type_ in now.items() if name.lower() not in known]
    for name, type_ in now.items():
        there = known.get(name.lower(), type_)
        if there != type_ and not _fits(connection, select, name, type_, there):
            found.append(f'"{name}" was {there} and is {type_}')
    if found:
        raise ValueNotStorableError(
            f"The columns differ from those of the partitions stored before: {'; '.join(found)}. Return the "
            "same columns for every partition, or drop the table and materialize all partitions anew."
        )


def _fits(connection: Any, select: str, name: str, type_: str, there: str) -> bool:
    """Whether all values keep their meaning in a column of another type."""
    column = quote(name)
    if "VARCHAR" in (there, type_):  # text never becomes a number silently, nor a number text
        query = f"SELECT count(*) FROM ({select}) WHERE {column} IS NOT NULL"
    else:
        query = (
            f"SELECT count(*) FROM ({select}) "
            f"WHERE TRY_CAST(TRY_CAST({column} AS {there}) AS {type_}) IS DISTINCT FROM {column}"
        )
    [(lost,)] = connection.execute(query).fetchall()
    return bool(lost == 0)


# -- types -------------------------------------------------------------------------------------------------


def _describe(connection: Any, table_or_query: str) -> dict[str, str]:
    """The columns and their types."""
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {table_or_query}").fetchall()}


def _existing(table_slice: TableSlice, types: Mapping[str, str]) -> Sequence[str]:
    """The columns to load, as the table spells them."""
    if not table_slice.columns:
        return list(types)
    spelt = {name.lower(): name for name in types}
    missing = [name for name in table_slice.columns if name.lower() not in spelt]
    if missing:
        raise CheckError(
            f"The table {quote_table(table_slice)} has no column {', '.join(map(repr, missing))}, which the "
            f"metadata of the input names. It has {', '.join(map(repr, types))}."
        )
    return [spelt[name.lower()] for name in table_slice.columns]


def _remember_types(connection: Any, table_slice: TableSlice, columns: Mapping[str, StoredColumn]) -> None:
    """Keep the pandas types that DuckDB's own conversion would not restore, in the comment of the table."""
    restored = {name: column.restore for name, column in columns.items() if column.restore is not None}
    if not restored:
        return
    comment = _comment(connection, table_slice) if table_slice.partition_dimensions is not None else None
    if comment is not None and not comment.startswith(_COMMENT):
        return
    types = _describe(connection, quote_table(table_slice))
    kept = json.loads(comment.removeprefix(_COMMENT)) if comment else {}
    kept |= {name: [restore, types[name]] for name, restore in restored.items() if name in types}
    text = (_COMMENT + json.dumps(kept, ensure_ascii=False)).replace("'", "''")
    connection.execute(f"COMMENT ON TABLE {quote_table(table_slice)} IS '{text}'")


def _remembered_types(connection: Any, table_slice: TableSlice, types: Mapping[str, str]) -> dict[str, str]:
    """The pandas types of the columns whose type in the table is still the one that was written."""
    comment = _comment(connection, table_slice)
    if comment is None or not comment.startswith(_COMMENT):
        return {}
    kept = json.loads(comment.removeprefix(_COMMENT))
    return {name: restore for name, (restore, type_) in kept.items() if types.get(name) == type_}


def _comment(connection: Any, table_slice: TableSlice) -> str | None:
    rows = connection.execute(
        "SELECT comment FROM duckdb_tables() "
        "WHERE database_name = current_catalog() AND schema_name = ? AND table_name = ?",
        [table_slice.schema, table_slice.table],
    ).fetchall()
    return rows[0][0] if rows else None
