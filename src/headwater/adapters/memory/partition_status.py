"""The status of partitions in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from headwater.adapters.memory.history import AssetState, History
from headwater.model.key import AssetKey
from headwater.model.partition_status import AssetPartitionStatus, PartitionChanges, PartitionCounts


class MemoryPartitionStatusStore:
    """The port :class:`headwater.ports.partition_status_store.PartitionStatusStore` in plain Python."""

    def __init__(self, history: History) -> None:
        self._history = history

    def counts(self, keys: Collection[AssetKey]) -> dict[AssetKey, PartitionCounts]:
        """How many partitions of each asset stand how."""
        return {key: _counts(self._asset(key)) for key in keys}

    def statuses(self, key: AssetKey, partitions: Collection[str]) -> dict[str, AssetPartitionStatus]:
        """How those of the partitions stand that have a status."""
        known = self._asset(key).statuses
        return {each: known[each] for each in partitions if each in known}

    def page(
        self,
        key: AssetKey,
        status: AssetPartitionStatus,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[str]:
        """The partitions that stand so, in the order of their texts, behind ``after``."""
        known = self._asset(key).statuses
        found = sorted(
            each for each, its in known.items() if its is status and (after is None or each > after)
        )
        return found[:limit]

    def changes(self, key: AssetKey, since: tuple[int, int] | None = None) -> PartitionChanges:
        """What changed since the cursor of earlier changes."""
        asset = self._asset(key)
        wipes = self._history.wipes
        is_anew = since is None or since[0] != wipes
        after = 0 if since is None or is_anew else since[1]
        found = sorted((number, each) for each, number in asset.changed.items() if number > after)
        return PartitionChanges(
            changed=[(each, asset.statuses.get(each)) for _, each in found],
            cursor=(wipes, found[-1][0] if found else after),
            is_anew=is_anew,
        )

    def runs(self, key: AssetKey, partitions: Collection[str]) -> dict[str, str]:
        """The runs that are making partitions, or have failed to."""
        known = self._asset(key).runs
        return {each: known[each] for each in partitions if each in known}

    def _asset(self, key: AssetKey) -> AssetState:
        with self._history.current() as history:
            return history.assets[key] if key in history.assets else AssetState()


def _counts(asset: AssetState) -> PartitionCounts:
    found = Counter(asset.statuses.values())
    return PartitionCounts(
        materialized=found[AssetPartitionStatus.MATERIALIZED],
        failed=found[AssetPartitionStatus.FAILED],
        in_progress=found[AssetPartitionStatus.IN_PROGRESS],
    )
