"""Handlers of one library's frames: named as Dagster's are, and doing what the database's manager does with any frame."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.frame import frame_type_of
from headwater.io.table_slice import TableSlice

if TYPE_CHECKING:
    from headwater.io.frame_handler import FrameHandler


class LibraryTypeHandler(DbTypeHandler[Any]):
    """Stores and loads the frames of the library that a subclass names, for the database that it names."""

    writes_by_options = True

    @abstractmethod
    def frames(self) -> FrameHandler:
        """What the database does with frames. Its client loads with the first value that is stored or loaded."""

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any] | None:
        """Write a frame; its rows, columns and types are recorded."""
        return self.frames().handle_output(context, table_slice, obj, connection)

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """Read a frame with the types that it had when it was stored."""
        [library] = self.supported_types
        wanted = frame_type_of(library)
        assert wanted is not None
        return self.frames().load(connection, table_slice, wanted)
