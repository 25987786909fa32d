"""A pandas frame as a DuckDB table: written by column name within one transaction, read with its types restored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from headwater.io.duckdb_table import table_exists
from headwater.io.pandas_column import StoredColumn, read_sql, restore_column, store_column
from headwater.io.select import build_condition, quote, quote_table
from headwater.io.table_slice import TableSlice
from headwater.model.errors import ValueNotStorableError

_FRAME = '"headwater frame"'
_COMMENT = "headwater pandas "


class FrameWriter:
    """Writes one frame to the table of a slice.

    Raises :class:`ValueNotStorableError` for a frame that no table can hold without loss, and for columns that differ
    from those of the other partitions.
    """

    def __init__(self, connection: Any, table_slice: TableSlice, frame: pd.DataFrame) -> None:
        self._connection = connection
        self._slice = table_slice
        self._frame = frame
        _check_names(frame)
        grows = bool(table_slice.partition_dimensions)
        self._columns = {
            name: store_column(frame[name].reset_index(drop=True), grows=grows) for name in frame.columns
        }
        self._select = ", ".join(
            f"{column.sql.format(quote(name))} AS {quote(name)}" for name, column in self._columns.items()
        )

    def write(self) -> None:
        """Replace the table, or add the rows of the partitions to it."""
        stored = pd.DataFrame({name: column.values for name, column in self._columns.items()})
        # All rows tell the type of a column of objects, not a sample of them.
        self._connection.execute(f"SET pandas_analyze_sample = {max(len(stored), 1)}")
        self._connection.register(_FRAME.strip('"'), stored)
        try:
            self._verify()
            if self._slice.partition_dimensions and table_exists(self._slice, self._connection):
                self._insert()
            else:
                table = quote_table(self._slice)
                self._connection.execute(f"CREATE OR REPLACE TABLE {table} AS {self._query}")
                self._remember_types()
        finally:
            self._connection.unregister(_FRAME.strip('"'))
