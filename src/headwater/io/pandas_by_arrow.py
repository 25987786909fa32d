"""The quick way between pandas and DuckDB, for plain columns: Arrow, which both share in place of copying value by value.

Only columns go this way that are the same by either; where Arrow is not installed, none do.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

_HAS_ARROW = find_spec("pyarrow") is not None and int(pd.__version__.partition(".")[0]) >= 3
"""An older pandas has texts as objects, which Arrow would copy one by one too."""

_ROWS_OF_A_BATCH = 20_000
"""Few enough for long texts: a batch of Arrow holds 2 GB of a column."""

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_PLAIN = frozenset(
    [
        *(*_INTEGERS, *(f"U{name}" for name in _INTEGERS), "BOOLEAN", "FLOAT", "DOUBLE", "VARCHAR"),
        *("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
    ]
)


def goes_by_arrow(frame: pd.DataFrame) -> bool:
    """Whether a frame has texts that lie in Arrow's memory, and else only columns that Arrow knows as DuckDB does."""
    texts = [_is_text(dtype) for dtype in frame.dtypes]
    return _HAS_ARROW and any(texts) and all(map(_is_plain, frame.dtypes))


def to_arrow(frame: pd.DataFrame) -> Any:
    """The frame as an Arrow table."""
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def reads_by_arrow(types: Iterable[str]) -> bool:
    """Whether columns of these types of DuckDB may come by Arrow."""
    return _HAS_ARROW and _PLAIN.issuperset(types)


def read_by_arrow(connection: Any, relation: Any) -> pd.DataFrame:
    """The rows of a relation with such columns, as DuckDB itself would make a frame of them."""
    table = relation.to_arrow_table(_ROWS_OF_A_BATCH)
    if any(map(_has_own_nulls, table.columns)):
        return connection.from_arrow(table).df()  # type: ignore[no-any-return]
    return table.to_pandas()  # type: ignore[no-any-return]


def _is_text(dtype: Any) -> bool:
    return isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"


def _is_plain(dtype: Any) -> bool:
    if not isinstance(dtype, np.dtype):
        return _is_text(dtype)
    return dtype.isnative and (dtype.kind in "biuM" or dtype in (np.float32, np.float64))


def _has_own_nulls(column: Any) -> bool:
    """Whether DuckDB makes of the nulls of a column something else than Arrow does."""
    import pyarrow as pa

    nulls: int = column.null_count
    if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
        return nulls > 0
    return nulls == len(column)
