"""Polars frames as tables of Delta Lake, under the names of dagster-deltalake-polars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.delta import DeltaLakeIOManager
from headwater.io.lake_handler import LakeLibraryHandler


class DeltaLakePolarsTypeHandler(LakeLibraryHandler):
    """Stores and loads :class:`polars.DataFrame`, with the types that it had."""

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type; lazy frames and iterators of frames go by the manager's own handler."""
        import polars

        return [polars.DataFrame]


class DeltaLakePolarsIOManager(DeltaLakeIOManager):
    """A :class:`DeltaLakeIOManager` that loads polars frames where an input says nothing else."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of polars frames."""
        return [DeltaLakePolarsTypeHandler()]
