"""The status of partitions: kept with every event that changes it, so that nobody ever counts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from headwater.model.key import AssetKey
from headwater.model.partition_status import AssetPartitionStatus, PartitionChanges, PartitionCounts


class PartitionStatusStore(Protocol):
    """How partitions stand. The event log writes it: in the transaction that appends the events.

    A plan to make a partition makes it IN_PROGRESS, its materialisation MATERIALIZED; the end of the run settles the rest:
    a failed run leaves FAILED ones, after any other end a partition is MATERIALIZED if it ever was, else missing.
    """

    def counts(self, keys: Collection[AssetKey]) -> dict[AssetKey, PartitionCounts]:
        """How many partitions of each asset stand how. Reads one row for each asset."""
        ...

    def statuses(self, key: AssetKey, partitions: Collection[str]) -> dict[str, AssetPartitionStatus]:
        """How those of the partitions stand that have a status."""
        ...

    def page(
        self,
        key: AssetKey,
        status: AssetPartitionStatus,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[str]:
        """The partitions that stand so, in the order of their texts, behind ``after``."""
        ...

    def changes(self, key: AssetKey, since: tuple[int, int] | None = None) -> PartitionChanges:
        """What changed since the cursor of earlier changes (None: ever), for who keeps all of an asset in mind."""
        ...

    def runs(self, key: AssetKey, partitions: Collection[str]) -> dict[str, str]:
        """The runs that are making partitions, or have failed to."""
        ...
