"""A pandas frame as a DuckDB table: written by column name, read with its types restored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from headwater.io.duckdb_comment import read_comment, write_comment
from headwater.io.duckdb_sql import DUCKDB
from headwater.io.pandas_by_arrow import goes_by_arrow, read_by_arrow, reads_by_arrow, to_arrow
from headwater.io.pandas_column import StoredColumn, read_sql, restore_column, store_column
from headwater.io.select import MARK, quote, quote_table
from headwater.io.sql import Rendered
from headwater.io.table_slice import TableSlice
from headwater.model.errors import ValueNotStorableError

_FRAME = "headwater_frame"
_LABEL = "pandas types: "
_MOMENT = "TIMESTAMP WITH TIME ZONE"


class StagedPandas(NamedTuple):
    """A frame that a connection sees: the query for its rows, and how each column is restored."""

    rows: Rendered
    columns: Mapping[str, StoredColumn]


def stage_frame(connection: Any, table_slice: TableSlice, frame: pd.DataFrame) -> StagedPandas:
    """Let SQL see a frame until the connection is closed.

    Raises :class:`ValueNotStorableError` for a frame that no table holds without loss.
    """
    _check_names(frame)
    grows = table_slice.partition_dimensions is not None
    columns = {name: store_column(frame[name], grows=grows) for name in frame.columns}
    _register(connection, frame, columns)
    _verify(connection, frame, columns)
    return StagedPandas(Rendered(_select(columns)), columns)


class PandasQuery(NamedTuple):
    """A query that reads rows so that nothing is lost, and how the columns of its result are restored."""

    rows: Rendered
    types: Mapping[str, str]
    moments: Sequence[str]
    restored: Mapping[str, str]

    def restore(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame as DuckDB gives it, with the types that it had when it was stored."""
        for name in self.moments:
            frame[name] = frame[name].dt.tz_localize("UTC")
        for name, restore in self.restored.items():
            frame[name] = restore_column(frame[name], restore)
        return frame


def build_query(connection: Any, rows: Rendered, table_slice: TableSlice) -> PandasQuery:
    """The query for rows of the table of a slice."""
    types = DUCKDB.columns_of_query(connection, rows)
    restored = _remembered_types(connection, table_slice, types)
    moments = [name for name, type_ in types.items() if type_ == _MOMENT]
    expressions = []
    for name, type_ in types.items():
        sql = "{} AT TIME ZONE 'UTC'" if name in moments else read_sql(restored.get(name), type_)
        expressions.append(f"{sql.format(quote(name))} AS {quote(name)}")
    text = f"SELECT {', '.join(expressions)} FROM ({rows.text})"
    return PandasQuery(Rendered(text, rows.values), types, moments, restored)


def read_frame(connection: Any, rows: Rendered, table_slice: TableSlice) -> pd.DataFrame:
    """The rows of a query, with the types that they had when they were written to the table of the slice."""
    query = build_query(connection, rows, table_slice)
    text, values = query.rows.text.replace(MARK, "?"), list(query.rows.values)
    if reads_by_arrow(query.types.values()):
        return query.restore(read_by_arrow(connection, connection.sql(text, params=values)))
    return query.restore(connection.execute(text, values).df())


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
    connection.register(_FRAME, to_arrow(frame) if goes_by_arrow(frame) else frame)


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


# -- types -------------------------------------------------------------------------------------------------


def _describe(connection: Any, table_or_query: str) -> dict[str, str]:
    """The columns and their types."""
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {table_or_query}").fetchall()}


def remember_types(connection: Any, table_slice: TableSlice, columns: Mapping[str, StoredColumn]) -> None:
    """Keep the pandas types that DuckDB's own conversion would not restore, in the comment of the table."""
    restored = {name: column.restore for name, column in columns.items() if column.restore is not None}
    before = read_comment(connection, table_slice, _LABEL)
    if before is None and not restored:
        return
    types = _describe(connection, quote_table(table_slice))
    kept = {name: type_ for name, type_ in json.loads(before or "{}").items() if name not in columns}
    kept |= {name: [restore, types[name]] for name, restore in restored.items() if name in types}
    write_comment(connection, table_slice, _LABEL, json.dumps(kept, ensure_ascii=False))


def _remembered_types(connection: Any, table_slice: TableSlice, types: Mapping[str, str]) -> dict[str, str]:
    """The pandas types of the columns whose type in the table is still the one that was written."""
    text = read_comment(connection, table_slice, _LABEL)
    kept = json.loads(text) if text else {}
    return {name: restore for name, (restore, type_) in kept.items() if types.get(name) == type_}
