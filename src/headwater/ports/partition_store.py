"""The partition store: the dynamic partitions, which are added and removed while the code stays as it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class PartitionStore(Protocol):
    """Keys under the names of dynamic partitions definitions, in the order in which they were added."""

    def add(self, name: str, keys: Collection[str]) -> None:
        """Add keys, all or none; one that is there already stays where it is."""
        ...

    def delete(self, name: str, key: str) -> None:
        """Remove a key; one that is not there is fine."""
        ...

    def keys(self, name: str, *, after: str | None = None, limit: int | None = None) -> list[str]:
        """The keys, from the first or from the one behind ``after`` on, up to ``limit``.

        Without the key ``after`` (it was removed meanwhile) there are none.
        """
        ...

    def has(self, name: str, key: str) -> bool:
        """Whether there is a key."""
        ...

    def count(self, name: str) -> int:
        """How many keys there are."""
        ...
