"""What handlers of frames have in common, whatever the database: which values they take, and what an input asks for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from headwater.definitions.io_context import InputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.frame import FrameType, frame_type_of
from headwater.io.partition_values import annotation_of, shape_of
from headwater.io.spool import Spool
from headwater.io.sql import Rendered
from headwater.io.sql_tables import SqlTables, select_rows
from headwater.io.table_slice import TableSlice
from headwater.model.errors import ValueNotStorableError

_PANDAS = FrameType("pandas", "whole")


def refusal_of(database: str, error: Exception) -> ValueNotStorableError:
    """The error for a frame that a database does not take, with what the database says of it."""
    reason = " ".join(str(error).split()).rstrip(".")
    return ValueNotStorableError(
        f"{database} does not take the frame: {reason}. Convert or drop the column that this names, or let the table "
        'follow, with metadata={"io": TableOptions(schema_contract="replace")}. What was stored before is unchanged.'
    )


class AnyFrameHandler(DbTypeHandler[Any]):
    """Knows frames of pandas, polars and Arrow, and streams of them."""

    writes_by_options = True

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """None by name: whatever is a frame."""
        return []

    @property
    def names(self) -> Sequence[str]:
        """What it knows, in words."""
        return ["frames of pandas, polars and Arrow", "iterators of them"]

    def takes(self, wanted: Any) -> bool:
        """Whether a type or an annotation is one of frames; where nothing is annotated, pandas is meant."""
        is_iterator = isinstance(wanted, type) and issubclass(wanted, (Iterator, Spool))
        return wanted is Any or frame_type_of(wanted) is not None or is_iterator


class FrameHandler(AnyFrameHandler):
    """Stores and loads frames of pandas, polars and Arrow, and streams of them, in a database that speaks SQL."""

    @property
    @abstractmethod
    def tables(self) -> SqlTables:
        """The statements of the database."""

    @abstractmethod
    def read(self, connection: Any, rows: Rendered, table_slice: TableSlice, wanted: FrameType) -> Any:
        """The rows of a query as a frame, with the types that the table of the slice was stored with."""

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """Read a slice as what the input asks for."""
        wanted = frame_type_of(shape_of(context).element) or frame_type_of(
            annotation_of(context.upstream_output)
        )
        return self.load(connection, table_slice, wanted or _PANDAS)

    def load(self, connection: Any, table_slice: TableSlice, wanted: FrameType) -> Any:
        """Read a slice as a frame."""
        return self.read(connection, select_rows(self.tables, connection, table_slice), table_slice, wanted)
