"""I/O managers over databases: a client that knows the database, and handlers that know the types of values.

:class:`DbIOManager` finds the table of an asset and the handler of a value, and lets both work within one
connection. A new database needs a :class:`DbClient`, a new type of frame a :class:`DbTypeHandler`.
"""

from __future__ import annotations

import time
import typing
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.io_manager import IOManager
from headwater.io.frame_stream import spooled
from headwater.io.partition_values import annotation_of, load_partitions, shape_of, values_by_partition
from headwater.io.subject import subject_of
from headwater.io.table_options import TableOptions, resolve_table_options, schema_for
from headwater.io.table_slice import TableSlice, build_table_slice
from headwater.model.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    ValueNotStorableError,
    ValueTypeError,
)

T = TypeVar("T")


class DbTypeHandler(ABC, Generic[T]):
    """How values of one or some types go into a table and come out of it."""

    writes_by_options = False
    """Whether :meth:`handle_output` itself replaces, appends or merges as the asset's :class:`TableOptions` say. For
    any other handler the slice is emptied before."""

    @abstractmethod
    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: T, connection: Any
    ) -> Mapping[str, Any] | None:
        """Write ``obj`` to the slice, whose rows are gone by now, and return metadata about it."""

    @abstractmethod
    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> T:
        """Read the slice."""

    @property
    @abstractmethod
    def supported_types(self) -> Sequence[type[Any]]:
        """The types that it knows."""

    @property
    def names(self) -> Sequence[str]:
        """What it knows, in words."""
        return [_type_name(known) for known in self.supported_types]

    def takes(self, wanted: Any) -> bool:
        """Whether it knows a type or an annotation."""
        return any(
            wanted is known or (isinstance(wanted, type) and issubclass(wanted, known))
            for known in self.supported_types
        )


class DbClient(ABC):
    """What differs from database to database."""

    @abstractmethod
    def connect(
        self, context: InputContext | OutputContext, table_slice: TableSlice
    ) -> AbstractContextManager[Any]:
        """A connection for the length of a ``with`` block. What is written with it is one transaction."""

    @abstractmethod
    def ensure_schema_exists(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Make the schema of the slice unless there is one."""

    @abstractmethod
    def delete_table_slice(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Delete the rows of the slice, if the table is there."""

    @abstractmethod
    def get_select_statement(self, table_slice: TableSlice) -> str:
        """The query for the slice, as people read it; it is recorded with the value."""

    def get_table_name(self, table_slice: TableSlice) -> str:
        """The full name of the table; it is recorded with the value."""
        names = [table_slice.database, table_slice.schema, table_slice.table]
        return ".".join(name for name in names if name)

    def qualified(self, table_slice: TableSlice) -> TableSlice:
        """The slice as statements have to name it."""
        return table_slice

    def find_unconfigured(self, table_slice: TableSlice, connection: Any) -> TableSlice:
        """Where the table lies when nobody has configured its schema."""
        return table_slice

    def own_handlers(self) -> Sequence[DbTypeHandler[Any]]:
        """The handlers of what the database can store and load besides what it is configured for."""
        return ()


class DbIOManager(IOManager):
    """Stores values as tables.

    The table has the name of the asset, or of the output of an op. Its schema is the first that is given
    of: the metadata ``schema`` of the asset or output, ``schema`` here, the last part of the key's prefix,
    ``default_schema``. Partitions are told apart by the metadata ``partition_expr``. How it is written say the
    :class:`TableOptions` of the asset, then those of ``options`` for a pattern of keys or groups. Raises
    :class:`ValueTypeError` for a type that no handler knows.
    """

    def __init__(
        self,
        *,
        type_handlers: Sequence[DbTypeHandler[Any]],
        db_client: DbClient,
        database: str,
        schema: str | None = None,
        io_manager_name: str | None = None,
        default_load_type: type[Any] | None = None,
        default_schema: str = "public",
        options: Mapping[str, TableOptions] | None = None,
    ) -> None:
        self._handlers = [*type_handlers, *db_client.own_handlers()]
        self._client = db_client
        self._database = database
        self._schema = schema
        self._default_schema = default_schema
        self._options_by_pattern = dict(options or {})
        self._name = io_manager_name or type(self).__name__
        self._default_load_type = default_load_type
        configured = [known for handler in type_handlers for known in handler.supported_types]
        if default_load_type is None and len(configured) == 1:
            [self._default_load_type] = configured

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store ``obj`` in the asset's table, or as the rows of its partition.

        In a run of several partitions it is one value for all of them, or a dict by partition key, of which each is
        committed by itself.
        """
        if obj is None:
            raise DagsterInvariantViolationError(
                f"{subject_of(context)} is None, which is no table. When it stores nothing, say so: -> None."
            )
        began = time.perf_counter()
        if _is_by_partition(context, obj):
            parts = [
                self._store(context, self._slice(context, None if key is None else [key]), value)
                for key, value in values_by_partition(context, obj)
            ]
            table_slice, metadata = self._slice(context), {"partitions_stored": len(parts)}
        else:
            table_slice, metadata = self._store(context, self._slice(context), obj)
        context.add_output_metadata(
            {
                **metadata,
                "headwater/format": "table",
                "headwater/seconds": round(time.perf_counter() - began, 6),
                "Query": self._client.get_select_statement(table_slice),
                "dagster/table_name": self._client.get_table_name(table_slice),
            }
        )

    def _store(
        self, context: OutputContext, table_slice: TableSlice, obj: Any
    ) -> tuple[TableSlice, dict[str, Any]]:
        """Write ``obj``; the slice where it has gone, and what is told of it."""
        handler = self._handler(context, type(obj))
        self._check_options(context, handler)
        try:
            return self._write(context, handler, table_slice, obj)
        except ValueNotStorableError as error:
            error.args = (f"{subject_of(context)} cannot be stored. {error}",)
            raise

    def _write(
        self, context: OutputContext, handler: DbTypeHandler[Any], table_slice: TableSlice, obj: Any
    ) -> tuple[TableSlice, dict[str, Any]]:
        """Write within one transaction."""
        if handler.writes_by_options:
            obj = spooled(obj)  # the code of users runs before the database is opened, not meanwhile
        with self._client.connect(context, table_slice) as connection:
            table_slice = self._locate(context, table_slice, connection)
            self._client.ensure_schema_exists(context, table_slice, connection)
            if not handler.writes_by_options:
                self._client.delete_table_slice(context, table_slice, connection)
            return table_slice, dict(handler.handle_output(context, table_slice, obj, connection) or {})

    def load_input(self, context: InputContext) -> Any:
        """Read the asset's table, or the rows of its partitions, as what the input is annotated with.

        ``dict[str, T]`` and ``list[T]`` are loaded partition by partition.
        """
        shape = shape_of(context)
        handler = self._handler(context, self._load_type(context, shape.element))
        if shape.container == "value":
            return self._load(context, handler, self._slice(context))
        return load_partitions(context, lambda key: self._load(context, handler, self._slice(context, [key])))

    def _load(self, context: InputContext, handler: DbTypeHandler[Any], table_slice: TableSlice) -> Any:
        with self._client.connect(context, table_slice) as connection:
            table_slice = self._locate(context, table_slice, connection)
            return handler.load_input(context, table_slice, connection)

    def _check_options(self, context: OutputContext, handler: DbTypeHandler[Any]) -> None:
        mode = self._options(context).write_mode
        if mode != "replace" and not handler.writes_by_options:
            raise DagsterInvalidDefinitionError(
                f'{subject_of(context)} is to be stored with write_mode="{mode}", but {type(handler).__name__} writes its '
                "tables itself. Leave write_mode out, or return a frame of pandas, polars or Arrow, or a Sql."
            )

    # -- which table ---------------------------------------------------------------------------------------

    def _slice(self, context: InputContext | OutputContext, keys: Sequence[str] | None = None) -> TableSlice:
        schema = self._configured_schema(context) or self._default_schema
        return self._client.qualified(
            build_table_slice(
                context, schema=schema, database=self._database, keys=keys, options=self._options(context)
            )
        )

    def _locate(
        self, context: InputContext | OutputContext, table_slice: TableSlice, connection: Any
    ) -> TableSlice:
        if self._configured_schema(context):
            return table_slice
        return self._client.find_unconfigured(table_slice, connection)

    def _configured_schema(self, context: InputContext | OutputContext) -> str | None:
        metadata = _stored(context).definition_metadata
        key = context.asset_key if context.has_asset_key else None
        return schema_for(self._options(context), metadata, self._schema, key)

    def _options(self, context: InputContext | OutputContext) -> TableOptions:
        return resolve_table_options(
            _stored(context).definition_metadata,
            context.asset_key if context.has_asset_key else None,
            getattr(getattr(context, "_asset_spec", None), "group_name", None),
            self._options_by_pattern,
        )

    # -- which type ----------------------------------------------------------------------------------------

    def _load_type(self, context: InputContext, wanted: Any) -> Any:
        """What is loaded: what the input says, or else the default, or what was stored."""
        if wanted not in (typing.Any, None):
            return wanted
        return self._default_load_type or annotation_of(context.upstream_output)

    def _handler(self, context: InputContext | OutputContext, wanted: Any) -> DbTypeHandler[Any]:
        for handler in self._handlers:
            if handler.takes(wanted):
                return handler
        names = ", ".join(dict.fromkeys(name for handler in self._handlers for name in handler.names))
        verb, change = "stored", "Return one of these"
        if isinstance(context, InputContext):
            verb, change = "loaded", "Annotate the input with one of these"
        raise ValueTypeError(
            f"{subject_of(context)} cannot be {verb} as {_type_name(wanted)}: {self._name} knows {names}. "
            f"{change}, give {self._name} a type handler for it, or choose another io_manager_key."
        )


def _stored(context: InputContext | OutputContext) -> InputContext | OutputContext:
    """What says how the value is stored: for an input its upstream output, where it has one."""
    return (context.upstream_output if isinstance(context, InputContext) else None) or context


def _is_by_partition(context: OutputContext, obj: Any) -> bool:
    return isinstance(obj, Mapping) and context.has_asset_partitions and len(context.asset_partition_keys) > 1


def _type_name(wanted: Any) -> str:
    if not isinstance(wanted, type):
        return str(wanted)
    module = wanted.__module__.partition(".")[0]
    return wanted.__qualname__ if module == "builtins" else f"{module}.{wanted.__qualname__}"
