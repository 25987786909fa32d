"""Pandas frames as tables in a DuckDB file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.duckdb import DuckDBIOManager, build_duckdb_io_manager
from headwater.io.duckdb_sql import DUCKDB
from headwater.io.sql_tables import select_rows
from headwater.io.subject import subject_of
from headwater.io.table_slice import TableSlice
from headwater.io.table_write import write_rows
from headwater.model.errors import ValueNotStorableError
from headwater.model.table import TableColumn, TableSchema

if TYPE_CHECKING:
    import pandas as pd

# Pandas and DuckDB are extras, and slow to load: they load with the first value that is stored or loaded.


class DuckDBPandasTypeHandler(DbTypeHandler["pd.DataFrame"]):
    """Stores and loads :class:`pandas.DataFrame`, by the names of its columns; the index is not stored."""

    writes_by_options = True

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: pd.DataFrame, connection: Any
    ) -> Mapping[str, Any]:
        """Write a frame; its rows, columns and types are recorded."""
        import duckdb

        from headwater.io.duckdb_pandas_frame import remember_types, stage_frame

        try:
            staged = stage_frame(connection, table_slice, obj)
            metadata = write_rows(DUCKDB, connection, context, table_slice, staged.rows)
        except (duckdb.DataError, duckdb.InvalidInputException, duckdb.NotSupportedError) as error:
            raise ValueNotStorableError(f"DuckDB cannot store the frame: {error}") from error
        remember_types(connection, table_slice, staged.columns)
        if any(name is not None for name in obj.index.names):
            names = ", ".join(str(name) for name in obj.index.names)
            context.log.warning(
                f"The index ({names}) of {subject_of(context)} is not stored. To keep it: reset_index()."
            )
        columns = [TableColumn(name=str(name), type=str(dtype)) for name, dtype in obj.dtypes.items()]
        return {**metadata, "dataframe_columns": TableSchema(columns=columns)}

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> pd.DataFrame:
        """Read a frame with the types that it had when it was stored."""
        from headwater.io.duckdb_pandas_frame import read_frame

        return read_frame(connection, select_rows(DUCKDB, connection, table_slice), table_slice)

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import pandas as pd

        return [pd.DataFrame]


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
