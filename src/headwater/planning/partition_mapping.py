"""Which partitions of an upstream asset those of an asset need, and the other way round."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from headwater.planning.partition_context import DynamicPartitionsStore
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_subset import PartitionsSubset


class UpstreamPartitionsResult(NamedTuple):
    """The upstream partitions that are needed, and the keys of those that are needed and do not exist."""

    partitions_subset: PartitionsSubset
    required_but_nonexistent_partition_keys: Sequence[str] = ()

    @property
    def required_but_nonexistent_subset(self) -> PartitionsSubset:
        """The keys that are needed and do not exist, as a subset."""
        return PartitionsSubset(
            self.partitions_subset.partitions_def, self.required_but_nonexistent_partition_keys
        )


class PartitionMapping(ABC):
    """How partitions of two assets belong together. Users may write their own: two methods."""

    @abstractmethod
    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: PartitionsDefinition | None,
        upstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """The upstream partitions which some downstream partitions need (None: an asset without partitions)."""

    @abstractmethod
    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """The downstream partitions that need some upstream partitions."""

    def validate_partition_mapping(  # noqa: B027 - most mappings fit everything
        self,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition | None,
    ) -> None:
        """Raise where the mapping does not fit the definitions."""

    @property
    def description(self) -> str:
        """What it means, for people."""
        return ""

    def _identity(self) -> object:
        return tuple(sorted((name, repr(value)) for name, value in vars(self).items()))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._identity() == self._identity()

    def __hash__(self) -> int:
        return hash((type(self), self._identity()))

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name.lstrip('_')}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({arguments})"


class UpstreamChoice(PartitionMapping):
    """A mapping by which every downstream partition needs the same upstream partitions."""

    @abstractmethod
    def _chosen(
        self,
        upstream: PartitionsDefinition,
        current_time: datetime.datetime | None,
        store: DynamicPartitionsStore | None,
    ) -> Collection[str]:
        """The partitions that all need."""

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: PartitionsDefinition | None,
        upstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """The chosen partitions."""
        chosen = self._chosen(upstream_partitions_def, current_time, dynamic_partitions_store)
        return UpstreamPartitionsResult(upstream_partitions_def.subset_with_partition_keys(chosen))

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """All partitions where a chosen one is among the given, else none."""
        chosen = self._chosen(upstream_partitions_def, current_time, dynamic_partitions_store)
        if not any(key in upstream_partitions_subset for key in chosen):
            return downstream_partitions_def.empty_subset()
        keys = downstream_partitions_def.get_partition_keys(current_time, dynamic_partitions_store)
        return downstream_partitions_def.subset_with_partition_keys(keys)


class AllPartitionMapping(UpstreamChoice):
    """Each partition needs all upstream partitions."""

    def _chosen(
        self,
        upstream: PartitionsDefinition,
        current_time: datetime.datetime | None,
        store: DynamicPartitionsStore | None,
    ) -> Collection[str]:
        return upstream.get_partition_keys(current_time, store)

    @property
    def description(self) -> str:
        """What it means, for people."""
        return "All upstream partitions."


class LastPartitionMapping(UpstreamChoice):
    """Each partition needs the last upstream partition."""

    def _chosen(
        self,
        upstream: PartitionsDefinition,
        current_time: datetime.datetime | None,
        store: DynamicPartitionsStore | None,
    ) -> Collection[str]:
        last = upstream.get_last_partition_key(current_time, store)
        return [last] if last is not None else []

    @property
    def description(self) -> str:
        """What it means, for people."""
        return "The last upstream partition."


class SpecificPartitionsPartitionMapping(UpstreamChoice):
    """Each partition needs certain upstream partitions.

    >>> SpecificPartitionsPartitionMapping(["2024-01-01"]).partition_keys
    ['2024-01-01']
    """

    def __init__(self, partition_keys: Sequence[str]) -> None:
        self.partition_keys = list(partition_keys)

    def _chosen(
        self,
        upstream: PartitionsDefinition,
        current_time: datetime.datetime | None,
        store: DynamicPartitionsStore | None,
    ) -> Collection[str]:
        return self.partition_keys

    @property
    def description(self) -> str:
        """What it means, for people."""
        return f"The upstream partitions {', '.join(self.partition_keys)}."


class IdentityPartitionMapping(PartitionMapping):
    """Each partition needs the upstream partition of the same key."""

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: PartitionsDefinition | None,
        upstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """The partitions of the same keys."""
        found: list[str] = []
        missing: list[str] = []
        for key in downstream_partitions_subset or ():
            known = upstream_partitions_def.has_partition_key(key, current_time, dynamic_partitions_store)
            (found if known else missing).append(key)
        return UpstreamPartitionsResult(upstream_partitions_def.subset_with_partition_keys(found), missing)

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """The partitions of the same keys."""
        return downstream_partitions_def.subset_with_partition_keys(
            key
            for key in upstream_partitions_subset
            if downstream_partitions_def.has_partition_key(key, current_time, dynamic_partitions_store)
        )

    @property
    def description(self) -> str:
        """What it means, for people."""
        return "The upstream partition of the same key."


class StaticPartitionMapping(PartitionMapping):
    """Which downstream partitions need an upstream partition, listed for each upstream key.

    Raises ``ValueError`` when used with definitions that do not have the keys.

    >>> StaticPartitionMapping({"eu": "world", "us": ["world", "america"]})  # doctest: +SKIP
    """

    def __init__(
        self, downstream_partition_keys_by_upstream_partition_key: Mapping[str, str | Collection[str]]
    ) -> None:
        self.downstream_partition_keys_by_upstream_partition_key = (
            downstream_partition_keys_by_upstream_partition_key
        )

    def listed(self) -> dict[str, list[str]]:
        """The downstream keys of each upstream key, as lists."""
        given = self.downstream_partition_keys_by_upstream_partition_key
        return {up: [down] if isinstance(down, str) else list(down) for up, down in given.items()}

    def validate_partition_mapping(
        self,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition | None,
    ) -> None:
        """Raise ``ValueError`` for a key that one of the definitions does not have."""
        listed = self.listed()
        for key in listed:
            if not upstream_partitions_def.has_partition_key(key):
                raise ValueError(f'The partition mapping names "{key}", which is no upstream partition.')
        for key in {each for keys in listed.values() for each in keys}:
            if downstream_partitions_def is not None and not downstream_partitions_def.has_partition_key(key):
                raise ValueError(f'The partition mapping names "{key}", which is no downstream partition.')

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: PartitionsDefinition | None,
        upstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """The partitions whose list has one of the given keys."""
        self.validate_partition_mapping(upstream_partitions_def, downstream_partitions_def)
        wanted = downstream_partitions_subset if downstream_partitions_subset is not None else ()
        found = [up for up, downs in self.listed().items() if any(key in wanted for key in downs)]
        return UpstreamPartitionsResult(upstream_partitions_def.subset_with_partition_keys(found))

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """The partitions that are listed for the given keys."""
        self.validate_partition_mapping(upstream_partitions_def, downstream_partitions_def)
        listed = self.listed()
        return downstream_partitions_def.subset_with_partition_keys(
            down for up in upstream_partitions_subset for down in listed.get(up, ())
        )

    @property
    def description(self) -> str:
        """What it means, for people."""
        return "The upstream partitions for which it is listed."
