"""Handlers of one library's frames in DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headwater.io.library_handler import LibraryTypeHandler

if TYPE_CHECKING:
    from headwater.io.frame_handler import FrameHandler

# DuckDB is an extra, and slow to load: it loads with the first value that is stored or loaded.


class DuckDBLibraryHandler(LibraryTypeHandler):
    """Stores and loads the frames of the library that a subclass names, in DuckDB."""

    def frames(self) -> FrameHandler:
        """What DuckDB does with frames."""
        from headwater.io.duckdb_frame import DuckDBFrameHandler

        return DuckDBFrameHandler()
