"""Pandas frames as tables in a DuckDB file, under the names of dagster-duckdb-pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.duckdb import DuckDBIOManager, build_duckdb_io_manager
from headwater.io.duckdb_library import DuckDBLibraryHandler


class DuckDBPandasTypeHandler(DuckDBLibraryHandler):
    """Stores and loads :class:`pandas.DataFrame`, by the names of its columns; the index is not stored."""

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import pandas

        return [pandas.DataFrame]


class DuckDBPandasIOManager(DuckDBIOManager):
    """Stores pandas frames as tables in a DuckDB file; see :class:`DuckDBIOManager` for its arguments.

    >>> tables = DuckDBPandasIOManager(database="analytics.duckdb")
    >>> @asset(io_manager_key="tables")
    ... def flights() -> pd.DataFrame: return pd.read_csv("flights.csv")
    >>> Definitions(assets=[flights], resources={"tables": tables})
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of pandas frames."""
        return [DuckDBPandasTypeHandler()]


duckdb_pandas_io_manager = build_duckdb_io_manager([DuckDBPandasTypeHandler()])
"""A function-style :class:`DuckDBPandasIOManager`."""
