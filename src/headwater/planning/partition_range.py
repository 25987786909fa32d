"""Keys as few ranges: what one run can be told to make at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from headwater.model.partition import MultiPartitionKey, PartitionKeyRange
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_multi import MultiPartitionsDefinition


class KeySpan(NamedTuple):
    """A range of keys without a gap, and how many keys are in it."""

    range: PartitionKeyRange
    size: int


def build_spans(
    definition: PartitionsDefinition, keys: Collection[str], most: int | None = None
) -> list[KeySpan]:
    """The keys as ranges without a gap, in order; none of more than ``most`` keys.

    A range of several dimensions holds every combination of the keys between its ends.

    >>> days = StaticPartitionsDefinition(["mon", "tue", "wed", "thu"])
    >>> [tuple(each.range) for each in build_spans(days, ["mon", "tue", "thu"])]
    [('mon', 'tue'), ('thu', 'thu')]
    """
    if most == 1:
        return [KeySpan(PartitionKeyRange(key, key), 1) for key in in_order(definition, keys)]
    if isinstance(definition, MultiPartitionsDefinition):
        return _boxes(definition, keys, most)
    places = sorted(zip(definition.places_of(keys), keys, strict=True))
    return [KeySpan(PartitionKeyRange(run[0][1], run[-1][1]), len(run)) for run in _runs(places, most)]


def in_order(definition: PartitionsDefinition, keys: Collection[str]) -> list[str]:
    """The keys in the order of the definition."""
    return [key for _, key in sorted(zip(definition.places_of(keys), keys, strict=True))]


def _runs(places: Sequence[tuple[int, str]], most: int | None) -> Iterator[list[tuple[int, str]]]:
    """Keys whose places follow each other, so many at most."""
    run: list[tuple[int, str]] = []
    for place, key in places:
        if run and (place != run[-1][0] + 1 or len(run) == most):
            yield run
            run = []
        run.append((place, key))
    if run:
        yield run


class _Box(NamedTuple):
    """Combinations of several dimensions: the first and the last place in each."""

    lows: tuple[int, ...]
    highs: tuple[int, ...]


def _boxes(definition: MultiPartitionsDefinition, keys: Collection[str], most: int | None) -> list[KeySpan]:
    """Keys of several dimensions: joined along the last dimension first, and (without a limit) along the others."""
    by_name = [definition.get_partition_key_from_str(key).keys_by_dimension for key in keys]
    dimensions = definition.partitions_defs
    places: list[dict[str, int]] = []
    for each in dimensions:
        own = list(dict.fromkeys(key[each.name] for key in by_name))
        places.append(dict(zip(own, each.partitions_def.places_of(own), strict=True)))
    points = [
        tuple(known[key[each.name]] for known, each in zip(places, dimensions, strict=True))
        for key in by_name
    ]
    boxes: Iterable[_Box] = [_Box(point, point) for point in points]
    joined = reversed(range(len(dimensions))) if most is None else [len(dimensions) - 1]
    for dimension in joined:
        boxes = _join(boxes, dimension, most)
    names = [{place: key for key, place in known.items()} for known in places]
    return [_span(definition, box, names) for box in sorted(boxes)]


def _join(boxes: Iterable[_Box], dimension: int, most: int | None) -> list[_Box]:
    """Make one of boxes that lie side by side along a dimension."""

    def others(box: _Box) -> tuple[tuple[int, ...], ...]:
        return tuple(each[:dimension] + each[dimension + 1 :] for each in box)

    joined: list[_Box] = []
    for box in sorted(boxes, key=lambda each: (others(each), each.lows[dimension])):
        last = joined[-1] if joined else None
        if (
            last is not None
            and others(last) == others(box)
            and last.highs[dimension] + 1 == box.lows[dimension]
            and (most is None or last.highs[dimension] - last.lows[dimension] + 1 < most)
        ):
            joined[-1] = _Box(last.lows, box.highs)
        else:
            joined.append(box)
    return joined


def _span(definition: MultiPartitionsDefinition, box: _Box, names: Sequence[dict[int, str]]) -> KeySpan:
    dimensions = definition.partition_dimension_names
    count = 1
    for low, high in zip(box.lows, box.highs, strict=True):
        count *= high - low + 1
    ends = [
        MultiPartitionKey(
            {name: known[place] for name, known, place in zip(dimensions, names, corner, strict=True)}
        )
        for corner in box
    ]
    return KeySpan(PartitionKeyRange(*ends), count)
