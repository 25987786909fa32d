"""Polars frames as tables in Snowflake, under the names of dagster-snowflake-polars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.library_handler import LibraryTypeHandler
from headwater.io.snowflake import SnowflakeIOManager, build_snowflake_io_manager

if TYPE_CHECKING:
    from headwater.io.frame_handler import FrameHandler


class SnowflakePolarsTypeHandler(LibraryTypeHandler):
    """Stores and loads :class:`polars.DataFrame`, by the names of its columns."""

    def frames(self) -> FrameHandler:
        """What Snowflake does with frames. Its client is an extra, and loads with the first value."""
        from headwater.io.snowflake_sql import SNOWFLAKE
        from headwater.io.warehouse_frame import WarehouseFrameHandler

        return WarehouseFrameHandler(SNOWFLAKE)

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import polars

        return [polars.DataFrame]


class SnowflakePolarsIOManager(SnowflakeIOManager):
    """Stores polars frames as tables in Snowflake; see :class:`SnowflakeIOManager` for its arguments.

    >>> tables = SnowflakePolarsIOManager(account="acme", user="etl", password=EnvVar("PASSWORD"), database="raw")
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of polars frames."""
        return [SnowflakePolarsTypeHandler()]


snowflake_polars_io_manager = build_snowflake_io_manager([SnowflakePolarsTypeHandler()])
"""A function-style :class:`SnowflakePolarsIOManager`."""
