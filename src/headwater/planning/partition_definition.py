"""Partitions definitions: what each kind of them answers."""

from __future__ import annotations

import datetime
import difflib
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from headwater.model.errors import DagsterInvalidInvocationError, DagsterUnknownPartitionError
from headwater.model.partition import PARTITION_TAG, PartitionKeyRange
from headwater.planning.partition_context import (
    DynamicPartitionsStore,
    PartitionLoadingContext,
    partition_loading_context,
)
from headwater.planning.partition_subset import PartitionsSubset

_MOST_COMPARED = 5000  # keys; to compare with more takes longer than a guess is worth


class PartitionKeyPage(NamedTuple):
    """Some of the keys, and how to go on: ask again with ``cursor`` while ``has_more``."""

    results: list[str]
    cursor: str
    has_more: bool


class PartitionsDefinition(ABC):
    """How an asset or a job is cut into partitions. Each has a key, and the keys have an order.

    Two definitions of the same partitions are equal. ``current_time`` (or the moment of
    :func:`partition_loading_context`) says when; it matters to time partitions only. ``dynamic_partitions_store`` is an
    instance; it matters to dynamic partitions only.
    """

    # -- what each kind says --------------------------------------------------------------------------------------

    @abstractmethod
    def get_partition_keys(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """All keys, in order."""

    @abstractmethod
    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Whether there is such a partition."""

    @abstractmethod
    def get_num_partitions(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> int:
        """How many partitions there are."""

    @abstractmethod
    def identity(self) -> Any:
        """What makes it differ from others of its kind."""

    def keys_at(self, start: int, end: int) -> Sequence[str]:
        """The keys from one place in the order (included) to another (excluded)."""
        return self.get_partition_keys()[start:end]

    def places_of(self, partition_keys: Collection[str]) -> Sequence[int]:
        """The place of each key in the order. Raises :class:`DagsterUnknownPartitionError` for one that is not there."""
        known = {key: place for place, key in enumerate(self.get_partition_keys())}
        return _found(partition_keys, known)

    # -- what follows ---------------------------------------------------------------------------------------------

    def get_first_partition_key(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> str | None:
        """The first key, None where there are no partitions."""
        keys = self.get_partition_keys(current_time, dynamic_partitions_store)
        return keys[0] if keys else None

    def get_last_partition_key(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> str | None:
        """The last key, None where there are no partitions."""
        keys = self.get_partition_keys(current_time, dynamic_partitions_store)
        return keys[-1] if keys else None

    def get_partition_keys_in_range(
        self,
        partition_key_range: PartitionKeyRange,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """The keys from the first to the last of a range; none where they are the wrong way round.

        Raises :class:`DagsterInvalidInvocationError` for keys that do not exist.
        """
        keys = list(self.get_partition_keys(dynamic_partitions_store=dynamic_partitions_store))
        unknown = [key for key in partition_key_range if key not in keys]
        if unknown:
            raise DagsterInvalidInvocationError(
                f"The range {partition_key_range.start}...{partition_key_range.end} is none of {self}: there is no "
                f"partition {', '.join(unknown)}."
            )
        return keys[keys.index(partition_key_range.start) : keys.index(partition_key_range.end) + 1]

    def get_paginated_partition_keys(
        self,
        context: PartitionLoadingContext | None = None,
        limit: int = 100,
        ascending: bool = True,
        cursor: str | None = None,
    ) -> PartitionKeyPage:
        """Up to ``limit`` keys, from the first on or, not ``ascending``, from the last one back."""
        total = self.get_num_partitions(*(context or ()))
        place = int(cursor) if cursor else 0
        upto = min(place + limit, total)
        if ascending:
            keys = list(self.keys_at(place, upto))
        else:
            keys = list(reversed(self.keys_at(total - upto, total - place)))
        return PartitionKeyPage(keys, str(upto), upto < total)

    def get_tags_for_partition_key(self, partition_key: str) -> Mapping[str, str]:
        """The tags of a run of the partition."""
        return {PARTITION_TAG: str(partition_key)}

    def validate_partition_key(
        self,
        partition_key: str,
        context: PartitionLoadingContext | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> None:
        """Raise :class:`DagsterUnknownPartitionError` where there is no such partition."""
        moment = context.effective_dt if context is not None else None
        store = dynamic_partitions_store or (
            context.dynamic_partitions_store if context is not None else None
        )
        if not self.has_partition_key(partition_key, moment, store):
            with partition_loading_context(moment, store):
                near = self.near_keys(partition_key)
            meant = f" Did you mean {' or '.join(near)}?" if near else ""
            raise DagsterUnknownPartitionError(f'There is no partition "{partition_key}" in: {self}{meant}')

    def near_keys(self, text: str) -> Sequence[str]:
        """Keys that somebody may have meant by a text which is none; the likeliest first."""
        keys = self.get_partition_keys()
        return difflib.get_close_matches(text, keys) if len(keys) <= _MOST_COMPARED else []

    def validate_partition_definition(self) -> None:  # noqa: B027 - most kinds have nothing to check
        """Raise where the definition makes no sense; here it cannot."""

    def filter_valid_partition_keys(self, partition_keys: Collection[str]) -> AbstractSet[str]:
        """Those of the keys that exist."""
        return {key for key in partition_keys if self.has_partition_key(key)}

    def get_serializable_unique_identifier(
        self, dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> str:
        """A short text that is the same for equal definitions, in every process."""
        return hashlib.sha256(repr((type(self).__name__, self.identity())).encode()).hexdigest()[:40]

    # -- subsets --------------------------------------------------------------------------------------------------

    def empty_subset(self) -> PartitionsSubset:
        """None of the partitions."""
        return PartitionsSubset(self, ())

    def subset_with_partition_keys(self, partition_keys: Iterable[str]) -> PartitionsSubset:
        """Some of the partitions."""
        return PartitionsSubset(self, partition_keys)

    def subset_with_all_partitions(self) -> PartitionsSubset:
        """All of the partitions."""
        return PartitionsSubset(self, self.get_partition_keys())

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, PartitionsDefinition)
            and type(self).get_partition_keys is type(other).get_partition_keys
            and self.identity() == other.identity()
        )

    def __hash__(self) -> int:
        return hash(repr(self.identity()))


def _found(partition_keys: Collection[str], places: Mapping[str, int]) -> Sequence[int]:
    try:
        return [places[key] for key in partition_keys]
    except KeyError as error:
        raise DagsterUnknownPartitionError(f"There is no partition {error}.") from None
