"""Pandas frames as tables in Snowflake, under the names of dagster-snowflake-pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.library_handler import LibraryTypeHandler
from headwater.io.snowflake import SnowflakeIOManager, build_snowflake_io_manager

if TYPE_CHECKING:
    from headwater.io.frame_handler import FrameHandler


class SnowflakePandasTypeHandler(LibraryTypeHandler):
    """Stores and loads :class:`pandas.DataFrame`, by the names of its columns; the index is not stored."""

    def frames(self) -> FrameHandler:
        """What Snowflake does with frames. Its client is an extra, and loads with the first value."""
        from headwater.io.snowflake_sql import SNOWFLAKE
        from headwater.io.warehouse_frame import WarehouseFrameHandler

        return WarehouseFrameHandler(SNOWFLAKE)

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import pandas

        return [pandas.DataFrame]


class SnowflakePandasIOManager(SnowflakeIOManager):
    """Stores pandas frames as tables in Snowflake; see :class:`SnowflakeIOManager` for its arguments.

    >>> tables = SnowflakePandasIOManager(account="acme", user="etl", password=EnvVar("PASSWORD"), database="raw")
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of pandas frames."""
        return [SnowflakePandasTypeHandler()]


snowflake_pandas_io_manager = build_snowflake_io_manager([SnowflakePandasTypeHandler()])
"""A function-style :class:`SnowflakePandasIOManager`."""
