"""The dynamic partitions of an instance, for those who compute partitions and know the store alone."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.ports.partition_store import PartitionStore


class KnownPartitions:
    """The ``dynamic_partitions_store`` of :func:`partition_loading_context`, over the port."""

    def __init__(self, store: PartitionStore) -> None:
        self._store = store

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """The keys, in the order in which they were added."""
        return self._store.keys(partitions_def_name)

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether there is a key."""
        return self._store.has(partitions_def_name, partition_key)
