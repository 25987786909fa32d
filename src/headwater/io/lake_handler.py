"""Frames and streams of any library as tables of a lake, routed by the type of the value and by the annotation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.frame import FrameType, frame_type_of, from_batches, from_table, row_groups, to_table
from headwater.io.frame_handler import AnyFrameHandler
from headwater.io.frame_stream import without_index
from headwater.io.lake_condition import build_conditions
from headwater.io.lake_table import Lake, LakeTable
from headwater.io.lake_type import show_batch, visible_schema
from headwater.io.lake_write import write_lake
from headwater.io.partition_values import annotation_of, shape_of
from headwater.io.spool import Spool
from headwater.io.subject import not_found, subject_of
from headwater.io.table_options import TableOptions
from headwater.io.table_slice import TableSlice
from headwater.model.errors import CheckError, ValueNotStorableError, ValueTypeError, VersionNotFoundError

_PANDAS = FrameType("pandas", "whole")


class LakeUse(NamedTuple):
    """What handlers work with: the lake, how its manager stores where an asset says nothing, what it does with a table
    that is there already (``write``, ``error``, ``ignore``), and the version that is to be loaded."""

    lake: Lake
    defaults: TableOptions
    if_there: str = "write"
    version_id: str | None = None

    def find(self, context: InputContext, table_slice: TableSlice) -> LakeTable:
        """The table of an input. Raises :class:`ValueNotFoundError`, or :class:`VersionNotFoundError`."""
        table = self.lake.find(table_slice, self.version_id)
        if table is not None:
            return table
        if self.version_id is not None:
            raise VersionNotFoundError(f"the table {self.lake.place(table_slice)}", self.version_id, [])
        partition = table_slice.partition_keys[0] if table_slice.partition_keys else None
        raise not_found(context, f"the table {self.lake.place(table_slice)}", partition)


class LakeFrameHandler(AnyFrameHandler):
    """Stores and loads frames of pandas, polars and Arrow, and streams of them."""

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Write a frame, or a stream that has been read into a :class:`Spool`."""
        use: LakeUse = connection
        there = use.lake.find(table_slice) if use.if_there != "write" else None
        if there is not None and use.if_there == "ignore":
            context.log.info(f'{subject_of(context)} stays as it is: mode="ignore".')
            return {"table_uri": there.location}
        if there is not None:
            raise ValueNotStorableError(
                f'There is a table at {there.location} already, and mode="error" lets none be written to. Take another '
                "mode."
            )
        return write_lake(
            use.lake, context, table_slice, _spool_of(obj), table_slice.options.over(use.defaults)
        )

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """Read a slice as what the input asks for. A stream reads on from the version that it began with."""
        use: LakeUse = connection
        wanted = frame_type_of(shape_of(context).element) or frame_type_of(
            annotation_of(context.upstream_output)
        )
        return read_lake(use.find(context, table_slice), table_slice, wanted or self.default)

    @property
    def default(self) -> FrameType:
        """What is loaded where nothing is annotated."""
        return _PANDAS


class LakeLibraryHandler(LakeFrameHandler):
    """Stores and loads the frames of the library that a subclass names; one is what is loaded by default."""

    @property
    def default(self) -> FrameType:
        """A frame of the library."""
        [library] = self.supported_types
        wanted = frame_type_of(library)
        assert wanted is not None
        return wanted

    @property
    def names(self) -> Sequence[str]:
        """The type that it names."""
        return DbTypeHandler.names.__get__(self)  # type: ignore[no-any-return]

    def takes(self, wanted: Any) -> bool:
        """Whether it is the type that it names."""
        return DbTypeHandler.takes(self, wanted)


class NativeTableHandler(DbTypeHandler[Any]):
    """Loads a table as the object that the library of the format has for it, ``type_name`` in ``module``."""

    writes_by_options = True

    def __init__(self, module: str, type_name: str) -> None:
        self._module = module
        self._type_name = type_name

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Raises :class:`ValueTypeError`: such a value is a place, not rows."""
        raise ValueTypeError(
            f"A {self._module}.{self._type_name} is a place in which rows lie. Return a frame, or write to it yourself and "
            "return nothing."
        )

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """The table."""
        use: LakeUse = connection
        return use.find(context, table_slice).native

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """None that would need the library to be loaded."""
        return []

    @property
    def names(self) -> Sequence[str]:
        """The name of the type."""
        return [f"{self._module}.{self._type_name}"]

    def takes(self, wanted: Any) -> bool:
        """Whether it is that type."""
        if not isinstance(wanted, type):
            return False
        return wanted.__name__ == self._type_name and wanted.__module__.partition(".")[0] == self._module


def _spool_of(obj: Any) -> Spool:
    if isinstance(obj, Spool):
        return obj
    return Spool.of_table(to_table(without_index(obj)))


# -- reading -----------------------------------------------------------------------------------------------


def read_lake(table: LakeTable, table_slice: TableSlice, wanted: FrameType) -> Any:
    """The rows of a slice, with the types that they had when they were stored.

    Raises :class:`CheckError` for a column that there is not.
    """
    import pyarrow as pa

    stored = _narrowed(table, table_slice.columns)
    conditions = build_conditions(table_slice, table.schema)
    visible = visible_schema(stored)

    def batches() -> Iterator[Any]:
        for batch in table.scan(stored.names, conditions):
            yield show_batch(batch, visible)

    if wanted.form == "lazy":
        return _lazy(batches, visible)
    if wanted.form == "batches" and wanted.library != "batch":
        return (from_table(each, wanted.library) for each in _worthwhile(batches(), visible))
    if wanted.form == "whole":
        return from_table(pa.Table.from_batches(batches(), visible), wanted.library)
    return from_batches(visible, batches(), wanted)


def _worthwhile(batches: Iterator[Any], schema: Any) -> Iterator[Any]:
    """The batches as tables that are worth a frame; one without rows where there are none."""
    empty = True
    for table in row_groups(batches):
        empty = False
        yield table
    if empty:
        yield schema.empty_table()


def _narrowed(table: LakeTable, columns: Sequence[str] | None) -> Any:
    """The stored columns that are wanted."""
    import pyarrow as pa

    names = table.schema.names
    missing = [name for name in columns or () if name not in names]
    if missing:
        raise CheckError(
            f"The table {table.location} has no column {', '.join(map(repr, missing))}, which the metadata of the input "
            f"names. It has {', '.join(map(repr, names))}."
        )
    return pa.schema([table.schema.field(name) for name in columns or names])


def _lazy(batches: Any, visible: Any) -> Any:
    """A lazy frame of polars, which reads the table when it is collected."""
    import polars
    from polars.io.plugins import register_io_source

    def read(columns: Any, predicate: Any, rows: int | None, batch_size: int | None) -> Iterator[Any]:
        left = rows
        for table in _worthwhile(batches(), visible):
            frame = polars.DataFrame(table if columns is None else table.select(columns))
            if left is not None:
                frame = frame.head(left)
                left -= frame.height
            yield frame if predicate is None else frame.filter(predicate)
            if left == 0:
                return

    return register_io_source(read, schema=polars.DataFrame(visible.empty_table()).schema)
