"""Loading the partitions of an asset in the shape that the input's annotation asks for, and storing them."""

from __future__ import annotations

import collections.abc
import itertools
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.frame import concatenate, frame_type_of, frame_type_of_value, unwrap
from headwater.io.subject import subject_of
from headwater.model.errors import CheckError, ValueNotFoundError

ALLOW_MISSING = "allow_missing_partitions"
"""The metadata of an input which lets it go without partitions that are not stored."""

_PAIRS = (collections.abc.Iterator, collections.abc.Generator)
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


class Shape(NamedTuple):
    """What an input wants of several partitions: one ``value``, a ``dict`` or a ``list``; and of what."""

    container: Literal["value", "dict", "list"]
    element: Any


def annotation_of(context: InputContext | OutputContext | None) -> Any:
    """The annotation of an input or output, of one partition; ``Any`` where there is none."""
    annotation = getattr(getattr(context, "dagster_type", None), "typing_type", Any)
    return annotation if (pair := _pair_of(annotation)) is None else pair[1]


def _pair_of(annotation: Any) -> tuple[Any, ...] | None:
    """What stands in ``Iterator[tuple[str, T]]``, by which a function promises partition after partition."""
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) not in _PAIRS or typing.get_origin(arguments[0]) is not tuple:
        return None
    pair = typing.get_args(arguments[0])
    return pair if len(pair) == 2 and pair[0] is str else None


def shape_of(context: InputContext) -> Shape:
    """The shape that the annotation of an input asks for.

    ``dict[str, T]`` is a dict by partition, ``list[T]`` a list, unless the stored value is itself of that type.
    """
    wanted, stored = unwrap(annotation_of(context)), unwrap(annotation_of(context.upstream_output))
    origin, arguments = typing.get_origin(wanted) or wanted, typing.get_args(wanted)
    if wanted == stored or not context.has_asset_partitions:
        return Shape("value", wanted)
    if origin in _DICTS:
        return Shape("dict", arguments[1] if len(arguments) == 2 else stored)
    if origin is list and (len(context.asset_partition_keys) > 1 or arguments[:1] == (stored,)):
        return Shape("list", arguments[0] if arguments else stored)
    return Shape("value", wanted)


def load_partitions(context: InputContext, load: Callable[[str], Any]) -> Any:
    """The partitions of the input as its annotation asks for them; ``load`` gives one.

    Frames are put together row after row, iterators run on from one partition into the next, other values become a
    dict by partition key; the one partition of an input is its value. With ``metadata={"allow_missing_partitions":
    True}`` a partition that is not stored is left out (a lone one is None). Raises :class:`ValueNotFoundError` for it
    otherwise.
    """
    shape, keys = shape_of(context), context.asset_partition_keys
    kind = frame_type_of(shape.element)
    if shape.container == "value" and kind is not None and kind.form == "batches" and len(keys) > 1:
        return itertools.chain.from_iterable(each for _, each in _found(context, keys, load))
    values = dict(_found(context, keys, load))
    if shape.container == "list":
        return list(values.values())
    if shape.container == "dict":
        lone = next(iter(values.values()), None)
        return lone if len(keys) == 1 and _is_stored_dict(context, lone) else values
    if len(keys) <= 1:
        return next(iter(values.values()), None)
    return _join(values) if kind is not None else values


def _is_stored_dict(context: InputContext, value: Any) -> bool:
    """Whether the lone partition is a dict already, and nobody has said what is stored."""
    return isinstance(value, Mapping) and annotation_of(context.upstream_output) in (Any, None)


def _found(
    context: InputContext, keys: Iterable[str], load: Callable[[str], Any]
) -> Iterator[tuple[str, Any]]:
    for key in keys:
        try:
            yield key, load(key)
        except ValueNotFoundError:
            if not may_miss(context):
                raise
            context.log.warning(
                f"{subject_of(context, key)} is not stored and is left out ({ALLOW_MISSING})."
            )


def _join(values: Mapping[str, Any]) -> Any:
    frames = list(values.values())
    kinds = {frame_type_of_value(each) for each in frames}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None:
        return values
    if kind.form == "reader":
        import pyarrow as pa

        return pa.RecordBatchReader.from_batches(frames[0].schema, itertools.chain.from_iterable(frames))
    return concatenate(frames, kind.library)


def may_miss(context: InputContext) -> bool:
    """Whether the input may go without partitions that are not stored."""
    return bool(context.definition_metadata.get(ALLOW_MISSING))


def one_partition(context: OutputContext) -> str | None:
    """The partition that is stored, None for an asset without. Raises :class:`CheckError` for several."""
    if not context.has_asset_partitions:
        return None
    keys = context.asset_partition_keys
    if len(keys) != 1:
        raise CheckError(
            f"{subject_of(context)} is stored partition by partition, but this run makes {len(keys)}, "
            f"{keys[0]} to {keys[-1]}. Run one at a time, or store within the asset and return nothing."
        )
    return keys[0]


def values_by_partition(context: OutputContext, value: Any) -> Iterator[tuple[str | None, Any]]:
    """What is to be stored for each partition: of a run of several, a dict by key or an iterator of (key, value).

    Of an iterator each pair is given as it comes, so that what was made before a failure is kept. Raises
    :class:`CheckError` for a key that the run does not make, and at the end for one that it made nothing for.
    """
    promised = getattr(context.dagster_type, "typing_type", Any)
    lone = not context.has_asset_partitions or len(context.asset_partition_keys) == 1
    if lone and (_pair_of(promised) is None or not context.has_asset_partitions):
        yield one_partition(context), value
        return
    keys = list(context.asset_partition_keys)
    pairs = value.items() if isinstance(value, Mapping) else value
    if not isinstance(pairs, (collections.abc.Iterator, collections.abc.ItemsView)):
        raise CheckError(
            f"{subject_of(context)} is stored partition by partition, and this run makes {len(keys)}, {keys[0]} to "
            f"{keys[-1]}: return a dict by partition key, or an iterator of (key, value), not a {type(value).__name__}. "
            "Or run one at a time, or store within the asset and return nothing."
        )
    missing = dict.fromkeys(keys)
    for key, each in pairs:
        if key not in missing:
            raise CheckError(
                f'{subject_of(context)} gave a value for the partition "{key}", which this run does not make, or twice. '
                f"It makes {keys[0]} to {keys[-1]}."
            )
        del missing[key]
        yield key, each
    if missing:
        raise CheckError(
            f"{subject_of(context)} gave no value for {len(missing)} of {len(keys)} partitions, the first of them "
            f'"{next(iter(missing))}". Those that it gave are stored.'
        )
