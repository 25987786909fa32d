"""Partitions of several dimensions: one for each combination of their keys."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterUnknownPartitionError,
)
from headwater.model.partition import (
    PARTITION_TAG,
    SEPARATOR,
    MultiPartitionKey,
    PartitionKeyRange,
    TimeWindow,
)
from headwater.planning.partition_context import DynamicPartitionsStore
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_time_window import TimeWindowPartitionsDefinition

_FEWEST = 2


class PartitionDimensionDefinition(NamedTuple):
    """A dimension: its name and its partitions."""

    name: str
    partitions_def: PartitionsDefinition


class MultiPartitionsDefinition(PartitionsDefinition):
    """Partitions of two or more dimensions, one for each combination of their keys. The dimensions count by name.

    Its keys are :class:`MultiPartitionKey`. A key of a dimension cannot have a ``|`` in it.

    >>> sales = MultiPartitionsDefinition(
    ...     {
    ...         "region": StaticPartitionsDefinition(["eu", "us"]),
    ...         "shop": StaticPartitionsDefinition(["a", "b"]),
    ...         "month": MonthlyPartitionsDefinition("2024-01-01", end_date="2024-03-01"),
    ...     }
    ... )
    >>> sales.get_num_partitions(), sales.get_first_partition_key()
    (8, '2024-01-01|eu|a')
    """

    def __init__(self, partitions_defs: Mapping[str, PartitionsDefinition]) -> None:
        if len(partitions_defs) < _FEWEST:
            raise DagsterInvalidInvocationError(
                f"Partitions of several dimensions need two or more of them, not {len(partitions_defs)}."
            )
        for name, each in partitions_defs.items():
            if isinstance(each, MultiPartitionsDefinition) or not isinstance(each, PartitionsDefinition):
                raise DagsterInvalidDefinitionError(
                    f'The dimension "{name}" is {each!r}; a dimension has static, time or dynamic partitions.'
                )
        self.partitions_defs: list[PartitionDimensionDefinition] = [
            PartitionDimensionDefinition(name, partitions_defs[name]) for name in sorted(partitions_defs)
        ]

    # -- dimensions -------------------------------------------------------------------------------------------------

    @property
    def partition_dimension_names(self) -> list[str]:
        """The names of the dimensions, in order."""
        return [each.name for each in self.partitions_defs]

    def get_partitions_def_for_dimension(self, dimension_name: str) -> PartitionsDefinition:
        """The partitions of a dimension. Raises :class:`CheckError` where there is none of that name."""
        for each in self.partitions_defs:
            if each.name == dimension_name:
                return each.partitions_def
        raise CheckError(
            f'There is no dimension "{dimension_name}" here; there are {", ".join(self.partition_dimension_names)}.'
        )

    def has_dimension(self, name: str) -> bool:
        """Whether there is a dimension of that name."""
        return name in self.partition_dimension_names

    @property
    def primary_dimension(self) -> PartitionDimensionDefinition:
        """The one dimension of time, else the first."""
        times = self._time_dimensions()
        return times[0] if len(times) == 1 else self.partitions_defs[0]

    @property
    def secondary_dimension(self) -> PartitionDimensionDefinition:
        """The first dimension that is not the primary one."""
        return next(each for each in self.partitions_defs if each.name != self.primary_dimension.name)

    def _time_dimensions(self) -> list[PartitionDimensionDefinition]:
        return [
            each
            for each in self.partitions_defs
            if isinstance(each.partitions_def, TimeWindowPartitionsDefinition)
        ]

    @property
    def has_time_window_dimension(self) -> bool:
        """Whether there is exactly one dimension of time."""
        return len(self._time_dimensions()) == 1

    @property
    def time_window_dimension(self) -> PartitionDimensionDefinition:
        """The dimension of time. Raises :class:`CheckError` where there is not exactly one."""
        if not self.has_time_window_dimension:
            raise CheckError(
                f"Exactly one dimension of time is expected, in: {self.partition_dimension_names}."
            )
        return self._time_dimensions()[0]

    @property
    def time_window_partitions_def(self) -> TimeWindowPartitionsDefinition:
        """The partitions of the dimension of time."""
        definition = self.time_window_dimension.partitions_def
        assert isinstance(definition, TimeWindowPartitionsDefinition)
        return definition

    # -- keys -------------------------------------------------------------------------------------------------------

    def get_partition_keys(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[MultiPartitionKey]:
        """All keys: those of the last dimension change first."""
        return self._combined(
            [self._keys_of(each, current_time, dynamic_partitions_store) for each in self.partitions_defs]
        )

    def _keys_of(
        self,
        dimension: PartitionDimensionDefinition,
        current_time: datetime.datetime | None = None,
        store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        keys = dimension.partitions_def.get_partition_keys(current_time, store)
        for key in keys:
            if SEPARATOR in key:
                raise DagsterInvalidDefinitionError(
                    f'The dimension "{dimension.name}" has the key {key!r}. A dimension cannot have keys with '
                    f"{SEPARATOR} in them, because it stands between the dimensions."
                )
        return keys

    def _combined(self, keys: Sequence[Sequence[str]]) -> list[MultiPartitionKey]:
        names = self.partition_dimension_names
        return [MultiPartitionKey(dict(zip(names, each, strict=True))) for each in itertools.product(*keys)]

    def get_num_partitions(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> int:
        """How many partitions there are; nothing is listed for it."""
        return math.prod(
            each.partitions_def.get_num_partitions(current_time, dynamic_partitions_store)
            for each in self.partitions_defs
        )

    def keys_at(self, start: int, end: int) -> Sequence[MultiPartitionKey]:
        """The keys from one place in the order (included) to another (excluded); only these are put together."""
        sizes = [each.partitions_def.get_num_partitions() for each in self.partitions_defs]
        return [self._key_at(place, sizes) for place in range(max(start, 0), min(end, math.prod(sizes)))]

    def places_of(self, partition_keys: Collection[str]) -> Sequence[int]:
        """The place of each key in the order; only the keys of each dimension are looked up."""
        keys = [self.get_partition_key_from_str(key).keys_by_dimension for key in partition_keys]
        places = [0] * len(keys)
        for dimension in self.partitions_defs:
            own = [key[dimension.name] for key in keys]
            definition = dimension.partitions_def
            known = dict(zip(dict.fromkeys(own), definition.places_of(list(dict.fromkeys(own))), strict=True))
            size = definition.get_num_partitions()
            places = [place * size + known[key] for place, key in zip(places, own, strict=True)]
        return places

    def _key_at(self, place: int, sizes: Sequence[int]) -> MultiPartitionKey:
        found: dict[str, str] = {}
        for dimension, size in zip(reversed(self.partitions_defs), reversed(sizes), strict=True):
            place, index = divmod(place, size)
            found[dimension.name] = dimension.partitions_def.keys_at(index, index + 1)[0]
        return MultiPartitionKey(found)

    def get_first_partition_key(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> MultiPartitionKey | None:
        """The first key, None where there are no partitions."""
        return self._of_all([
            each.partitions_def.get_first_partition_key(current_time, dynamic_partitions_store)
            for each in self.partitions_defs
        ])  # fmt: skip

    def get_last_partition_key(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> MultiPartitionKey | None:
        """The last key, None where there are no partitions."""
        return self._of_all([
            each.partitions_def.get_last_partition_key(current_time, dynamic_partitions_store)
            for each in self.partitions_defs
        ])  # fmt: skip

    def _of_all(self, keys: Sequence[str | None]) -> MultiPartitionKey | None:
        known = [key for key in keys if key is not None]
        return self._combined([[key] for key in known])[0] if len(known) == len(keys) else None

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Whether there is such a partition."""
        try:
            key = self.get_partition_key_from_str(partition_key)
        except CheckError:
            return False
        return all(
            each.partitions_def.has_partition_key(
                key.keys_by_dimension[each.name], current_time, dynamic_partitions_store
            )
            for each in self.partitions_defs
        )

    def near_keys(self, text: str) -> Sequence[str]:
        """The text with the nearest key in each dimension; a key for an example, where it has other dimensions."""
        try:
            key = self.get_partition_key_from_str(text)
        except CheckError:
            last = self.get_last_partition_key()
            return [last] if last is not None else []
        near = [
            _nearest(each.partitions_def, key.keys_by_dimension[each.name]) for each in self.partitions_defs
        ]
        found = self._of_all(near)
        return [found] if found is not None else []

    def get_partition_key_from_str(self, partition_key_str: str) -> MultiPartitionKey:
        """The key that a text is, with its dimensions. Raises :class:`CheckError` for one of other dimensions."""
        names = self.partition_dimension_names
        if isinstance(partition_key_str, MultiPartitionKey):
            if list(partition_key_str.keys_by_dimension) == names:
                return partition_key_str
            raise CheckError(
                f'The key "{partition_key_str}" is of the dimensions {", ".join(partition_key_str.keys_by_dimension)}; '
                f"{', '.join(names)} are expected."
            )
        parts = partition_key_str.split(SEPARATOR)
        if len(parts) != len(names):
            raise CheckError(
                f'"{partition_key_str}" has {len(parts)} parts. A key here has {len(names)}: {SEPARATOR.join(names)}.'
            )
        return MultiPartitionKey(dict(zip(names, parts, strict=True)))

    def get_partition_keys_in_range(
        self,
        partition_key_range: PartitionKeyRange,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[MultiPartitionKey]:
        """The keys which lie, in each dimension, between the first and the last of a range."""
        try:
            first, last = (
                self.get_partition_key_from_str(key).keys_by_dimension for key in partition_key_range
            )
        except CheckError as error:
            raise DagsterUnknownPartitionError(str(error)) from None
        return self._combined([
            each.partitions_def.get_partition_keys_in_range(
                PartitionKeyRange(first[each.name], last[each.name]), dynamic_partitions_store
            )
            for each in self.partitions_defs
        ])  # fmt: skip

    def get_multipartition_keys_with_dimension_value(
        self,
        dimension_name: str,
        dimension_partition_key: str,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
        current_time: datetime.datetime | None = None,
    ) -> Sequence[MultiPartitionKey]:
        """The keys that have a certain key in a dimension."""
        self.get_partitions_def_for_dimension(dimension_name)
        return self._combined([
            [dimension_partition_key]
            if each.name == dimension_name
            else self._keys_of(each, current_time, dynamic_partitions_store)
            for each in self.partitions_defs
        ])  # fmt: skip

    def time_window_for_partition_key(self, partition_key: str) -> TimeWindow:
        """The time of a partition: that of its key in the dimension of time."""
        key = self.get_partition_key_from_str(partition_key)
        name = self.time_window_dimension.name
        return self.time_window_partitions_def.time_window_for_partition_key(key.keys_by_dimension[name])

    def time_window_for_partition_keys(self, partition_keys: Sequence[str]) -> TimeWindow:
        """The span of time of some partitions."""
        name = self.time_window_dimension.name
        keys = [self.get_partition_key_from_str(key).keys_by_dimension[name] for key in partition_keys]
        return self.time_window_partitions_def.time_window_for_partition_keys(keys)

    def get_tags_for_partition_key(self, partition_key: str) -> Mapping[str, str]:
        """The tags of a run of the partition: the key, and the key of each dimension."""
        key = self.get_partition_key_from_str(partition_key)
        return {
            PARTITION_TAG: str(key),
            **{f"{PARTITION_TAG}/{name}": each for name, each in key.keys_by_dimension.items()},
        }

    def identity(self) -> Any:
        """The dimensions."""
        return tuple((each.name, each.partitions_def.identity()) for each in self.partitions_defs)

    def __str__(self) -> str:
        lines = [f"{each.name.capitalize()}: {each.partitions_def}" for each in self.partitions_defs]
        return "Multi-partitioned, with dimensions: \n" + " \n".join(lines)

    def __repr__(self) -> str:
        return f"MultiPartitionsDefinition({ {each.name: each.partitions_def for each in self.partitions_defs}!r})"


def _nearest(definition: PartitionsDefinition, key: str) -> str | None:
    if definition.has_partition_key(key):
        return key
    near = definition.near_keys(key)
    return near[0] if near else None
