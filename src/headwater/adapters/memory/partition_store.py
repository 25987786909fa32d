"""Dynamic partitions in memory."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from headwater.adapters.memory.history import History


class MemoryPartitionStore:
    """The port :class:`headwater.ports.partition_store.PartitionStore` in plain Python."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._keys: dict[str, dict[str, None]] = {}

    def add(self, name: str, keys: Collection[str]) -> None:
        """Add keys; one that is there already stays where it is."""
        with self._history.lock:
            known = self._keys.setdefault(name, {})
            known.update(dict.fromkeys(key for key in keys if key not in known))

    def delete(self, name: str, key: str) -> None:
        """Remove a key; one that is not there is fine."""
        with self._history.lock:
            self._keys.get(name, {}).pop(key, None)

    def keys(self, name: str, *, after: str | None = None, limit: int | None = None) -> list[str]:
        """The keys, from the first or from the one behind ``after`` on."""
        with self._history.lock:
            known = iter(self._keys.get(name, {}))
            if after is not None and not any(key == after for key in known):
                return []
            return list(islice(known, limit))

    def has(self, name: str, key: str) -> bool:
        """Whether there is a key."""
        return key in self._keys.get(name, {})

    def count(self, name: str) -> int:
        """How many keys there are."""
        return len(self._keys.get(name, {}))
