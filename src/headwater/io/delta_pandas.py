"""Pandas frames as tables of Delta Lake, under the names of dagster-deltalake-pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.delta import DeltaLakeIOManager
from headwater.io.lake_handler import LakeLibraryHandler


class DeltaLakePandasTypeHandler(LakeLibraryHandler):
    """Stores and loads :class:`pandas.DataFrame`, by the names of its columns; the index is not stored."""

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import pandas

        return [pandas.DataFrame]


class DeltaLakePandasIOManager(DeltaLakeIOManager):
    """A :class:`DeltaLakeIOManager` that loads pandas frames where an input says nothing else.

    >>> lake = DeltaLakePandasIOManager(root_uri="lake", storage_options=LocalConfig())
    """

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of pandas frames."""
        return [DeltaLakePandasTypeHandler()]
