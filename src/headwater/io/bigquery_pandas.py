"""Pandas frames as tables in BigQuery, under the names of dagster-gcp-pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from headwater.io.bigquery import BigQueryIOManager, build_bigquery_io_manager
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.library_handler import LibraryTypeHandler

if TYPE_CHECKING:
    from headwater.io.frame_handler import FrameHandler


class BigQueryPandasTypeHandler(LibraryTypeHandler):
    """Stores and loads :class:`pandas.DataFrame`, by the names of its columns; the index is not stored."""

    def frames(self) -> FrameHandler:
        """What BigQuery does with frames. Its client is an extra, and loads with the first value."""
        from headwater.io.bigquery_sql import BIGQUERY
        from headwater.io.warehouse_frame import WarehouseFrameHandler

        return WarehouseFrameHandler(BIGQUERY)

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import pandas

        return [pandas.DataFrame]


class BigQueryPandasIOManager(BigQueryIOManager):
    """Stores pandas frames as tables in BigQuery; see :class:`BigQueryIOManager` for its arguments.

    >>> tables = BigQueryPandasIOManager(project="acme-analytics", dataset="raw")
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of pandas frames."""
        return [BigQueryPandasTypeHandler()]


bigquery_pandas_io_manager = build_bigquery_io_manager([BigQueryPandasTypeHandler()])
"""A function-style :class:`BigQueryPandasIOManager`."""
