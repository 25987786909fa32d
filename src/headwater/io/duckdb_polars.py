"""Polars frames as tables in a DuckDB file, under the names of dagster-duckdb-polars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.duckdb import DuckDBIOManager, build_duckdb_io_manager
from headwater.io.duckdb_library import DuckDBLibraryHandler


class DuckDBPolarsTypeHandler(DuckDBLibraryHandler):
    """Stores and loads :class:`polars.DataFrame`, with the types that it had."""

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type; lazy frames and iterators of frames go by it too."""
        import polars

        return [polars.DataFrame]


class DuckDBPolarsIOManager(DuckDBIOManager):
    """A :class:`DuckDBIOManager` that loads polars frames where an input says nothing else.

    >>> tables = DuckDBPolarsIOManager(database="analytics.duckdb")
    >>> @asset(io_manager_key="tables")
    ... def flights() -> pl.LazyFrame: return pl.scan_csv("flights.csv")
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of polars frames."""
        return [DuckDBPolarsTypeHandler()]


duckdb_polars_io_manager = build_duckdb_io_manager([DuckDBPolarsTypeHandler()])
"""A function-style :class:`DuckDBPolarsIOManager`."""
