"""Partitions that are listed once and for all."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from headwater.model.partition import PartitionKeyRange, check_partition_key
from headwater.planning.partition_context import DynamicPartitionsStore
from headwater.planning.partition_definition import PartitionsDefinition


class StaticPartitionsDefinition(PartitionsDefinition):
    """Partitions that are listed, in the order of the list.

    Raises :class:`DagsterInvalidDefinitionError` for a key that is there twice or that nobody can type.

    >>> StaticPartitionsDefinition(["eu", "us"]).get_num_partitions()
    2
    """

    def __init__(self, partition_keys: Sequence[str]) -> None:
        self._keys = tuple(
            check_partition_key(key, "A static partitions definition") for key in partition_keys
        )
        self._places: Mapping[str, int] = {key: place for place, key in enumerate(self._keys)}
        if len(self._places) != len(self._keys):
            twice = sorted({key for key in self._keys if self._keys.count(key) > 1})
            raise DagsterInvalidDefinitionError(
                f"A static partitions definition lists {', '.join(twice)} twice. Each key names one partition."
            )

    def get_partition_keys(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """All keys, in order."""
        return list(self._keys)

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Whether there is such a partition."""
        return partition_key in self._places

    def get_num_partitions(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> int:
        """How many partitions there are."""
        return len(self._keys)

    def keys_at(self, start: int, end: int) -> Sequence[str]:
        """The keys from one place in the order (included) to another (excluded)."""
        return self._keys[start:end]

    def get_partition_keys_in_range(
        self,
        partition_key_range: PartitionKeyRange,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """The keys from the first to the last of a range."""
        unknown = [key for key in partition_key_range if key not in self._places]
        if unknown:
            raise DagsterInvalidInvocationError(
                f"The range {partition_key_range.start}...{partition_key_range.end} names no partitions: there is no "
                f"{', '.join(unknown)}."
            )
        start, end = (self._places[key] for key in partition_key_range)
        return list(self._keys[start : end + 1])

    def identity(self) -> tuple[str, ...]:
        """The keys."""
        return self._keys

    def __str__(self) -> str:
        return ", ".join(f"'{key}'" for key in self._keys)

    def __repr__(self) -> str:
        return f"StaticPartitionsDefinition(partition_keys={list(self._keys)!r})"
