"""The part of a table that an asset, or some of its partitions, is stored in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.subject import subject_of
from headwater.io.table_options import NO_OPTIONS, TableOptions, table_options_in
from headwater.model.errors import CheckError


class TablePartitionDimension(NamedTuple):
    """The rows of some partitions: an SQL expression over the columns, and the values or spans of time it
    may have.

    ``partitions`` is a list of keys, or one window of time (anything with a ``start`` and an ``end``), or
    several.
    """

    partition_expr: str
    partitions: Any


class TableSlice(NamedTuple):
    """A table, or some columns or partitions of it.

    >>> TableSlice(table="flights", schema="raw", columns=["carrier"])
    """

    table: str
    schema: str
    database: str | None = None
    columns: Sequence[str] | None = None
    partition_dimensions: Sequence[TablePartitionDimension] | None = None
    catalog: str | None = None
    """The database within SQL, where the schema alone could be taken for it."""
    partition_keys: Sequence[str] | None = None
    """The keys of the partitions, for those who write down what was stored."""
    options: TableOptions = NO_OPTIONS
    """How it is written."""


def build_table_slice(
    context: InputContext | OutputContext,
    *,
    schema: str,
    database: str | None = None,
    keys: Sequence[str] | None = None,
    options: TableOptions | None = None,
) -> TableSlice:
    """The slice that ``context`` stores or loads, in ``schema``: the table has the name of the asset or the
    output, unless ``options`` (by default those of its metadata) say another.

    ``metadata={"columns": [...]}`` of an input narrows it to these columns, ``keys`` to these partitions.
    """
    output = _output(context)
    if options is None:
        options = table_options_in((output or context).definition_metadata)
    if not context.has_asset_key:
        if output is None:
            raise CheckError(
                f"{subject_of(context)} comes from no output, so there is no table to load it from."
            )
        table = options.table or output.name
        return TableSlice(table, schema, database, _columns(context), options=options)
    table = options.table or context.asset_key.parts[-1]
    whole = TableSlice(table, schema, database, _columns(context), options=options)
    if not context.has_asset_partitions:
        return whole
    keys = context.asset_partition_keys if keys is None else keys
    dimensions = build_partition_dimensions(context, keys)
    return whole._replace(partition_dimensions=dimensions, partition_keys=[str(key) for key in keys])


def declared_metadata(context: InputContext | OutputContext, label: str) -> Any:
    """What the asset or output that is stored or loaded declares under ``label``."""
    output = _output(context)
    return (output or context).definition_metadata.get(label)


def build_partition_dimensions(
    context: InputContext | OutputContext, keys: Sequence[str] | None = None
) -> list[TablePartitionDimension]:
    """For each dimension of the partitions, the expression that the asset gives and the keys that are asked
    for: ``keys``, or all of the context.

    Raises :class:`ValueError` where the asset has no ``partition_expr``.
    """
    expression = declared_metadata(context, "partition_expr")
    if expression is None:
        name = context.asset_key.to_user_string()
        raise ValueError(
            f'The asset "{name}" has partitions, but does not say which column tells them apart. Say it with '
            '@asset(metadata={"partition_expr": "column"}); for several dimensions {"dimension": "column"}.'
        )
    keys = context.asset_partition_keys if keys is None else keys
    if keys and hasattr(keys[0], "keys_by_dimension"):
        return _dimensions_of_grid(context, expression, keys)
    definition = getattr(context, "_asset_partitions_def", None)
    return [TablePartitionDimension(expression, _partitions(keys, definition))]


def _dimensions_of_grid(
    context: InputContext | OutputContext, expressions: Any, keys: Sequence[Any]
) -> list[TablePartitionDimension]:
    definitions: Any = context.asset_partitions_def
    result, cells = [], 1
    for dimension in definitions.partitions_defs:
        if dimension.name not in expressions:
            raise ValueError(
                f'The partition_expr of {subject_of(context)} lacks the dimension "{dimension.name}".'
            )
        own = list(dict.fromkeys(key.keys_by_dimension[dimension.name] for key in keys))
        cells *= len(own)
        partitions = _partitions(own, dimension.partitions_def)
        result.append(TablePartitionDimension(expressions[dimension.name], partitions))
    if cells != len(keys):
        raise CheckError(
            f"The {len(keys)} partitions of {subject_of(context)} are not all combinations of keys of each "
            "dimension, so no condition on the columns selects just their rows. Run or load them one by one."
        )
    return result


def _partitions(keys: Sequence[str], definition: Any) -> Any:
    """The keys themselves, or the windows of time that they stand for."""
    window_of = getattr(definition, "time_window_for_partition_key", None)
    if window_of is None:
        return list(keys)
    windows: list[Any] = []
    for window in sorted(map(window_of, keys), key=lambda window: window.start):
        if windows and windows[-1].end == window.start:
            windows[-1] = type(window)(windows[-1].start, window.end)
        else:
            windows.append(window)
    return windows[0] if len(windows) == 1 else windows


def _output(context: InputContext | OutputContext) -> OutputContext | None:
    return context.upstream_output if isinstance(context, InputContext) else context


def _columns(context: InputContext | OutputContext) -> Sequence[str] | None:
    if isinstance(context, OutputContext):
        return None
    columns: Sequence[str] | None = context.definition_metadata.get("columns")
    return columns
