"""Some partitions of a definition, as partition mappings take and give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from headwater.model.partition import PartitionKeyRange


class OrderedKeys(Protocol):
    """What a subset is of: keys in an order. A partitions definition is."""

    def get_partition_keys(self) -> Sequence[str]:
        """All keys, in order."""
        ...


class PartitionsSubset:
    """Some partitions of a definition: their keys, each once, in the order in which they were given.

    >>> colors = StaticPartitionsDefinition(["red", "green", "blue"])
    >>> "red" in colors.subset_with_partition_keys(["red", "blue"])
    True
    """

    def __init__(self, partitions_def: OrderedKeys, partition_keys: Iterable[str]) -> None:
        self.partitions_def = partitions_def
        self._keys = dict.fromkeys(partition_keys)

    def get_partition_keys(self) -> Sequence[str]:
        """The keys."""
        return list(self._keys)

    def get_partition_keys_not_in_subset(self, partitions_def: OrderedKeys | None = None) -> Sequence[str]:
        """The keys of the other partitions."""
        known = partitions_def or self.partitions_def
        return [key for key in known.get_partition_keys() if key not in self._keys]

    def get_partition_key_ranges(
        self, partitions_def: OrderedKeys | None = None
    ) -> Sequence[PartitionKeyRange]:
        """The keys as ranges without a gap."""
        ranges: list[PartitionKeyRange] = []
        begun: list[str] = []
        for key in [*(partitions_def or self.partitions_def).get_partition_keys(), None]:
            if key is not None and key in self._keys:
                begun.append(key)
            elif begun:
                ranges.append(PartitionKeyRange(begun[0], begun[-1]))
                begun = []
        return ranges

    def with_partition_keys(self, partition_keys: Iterable[str]) -> PartitionsSubset:
        """These and more."""
        return PartitionsSubset(self.partitions_def, [*self._keys, *partition_keys])

    @property
    def is_empty(self) -> bool:
        """Whether there is none."""
        return not self._keys

    def __or__(self, other: PartitionsSubset) -> PartitionsSubset:
        return self.with_partition_keys(other)

    def __and__(self, other: PartitionsSubset) -> PartitionsSubset:
        return PartitionsSubset(self.partitions_def, [key for key in self._keys if key in other])

    def __sub__(self, other: PartitionsSubset) -> PartitionsSubset:
        return PartitionsSubset(self.partitions_def, [key for key in self._keys if key not in other])

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartitionsSubset) and set(self._keys) == set(other._keys)

    def __hash__(self) -> int:
        return hash(frozenset(self._keys))

    def __repr__(self) -> str:
        return f"PartitionsSubset({list(self._keys)!r})"
