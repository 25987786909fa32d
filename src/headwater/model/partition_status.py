"""How the partitions of an asset stand."""

from __future__ import annotations

import enum

import msgspec


class AssetPartitionStatus(enum.Enum):
    """How a partition stands that a run was to make. A newer attempt counts over an earlier success.

    A partition that nobody has tried to make (or whose run left it out) has no status: it is missing.
    """

    FAILED = "FAILED"
    IN_PROGRESS = "IN_PROGRESS"
    MATERIALIZED = "MATERIALIZED"


MISSING = "MISSING"
"""What is stored of a partition that lost its status: of a run that was to make it, and did not."""


class PartitionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many partitions of an asset stand how. What is missing follows from how many there are."""

    materialized: int = 0
    failed: int = 0
    in_progress: int = 0

    def missing_of(self, total: int) -> int:
        """How many of ``total`` partitions are missing."""
        return max(0, total - self.materialized - self.failed - self.in_progress)


class PartitionChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since a ``cursor``, in the order in which it did: each partition with its status (None: missing again).

    ``is_anew``: all that was known before is to be forgotten.
    """

    changed: list[tuple[str, AssetPartitionStatus | None]]
    cursor: tuple[int, int]
    is_anew: bool = False


def partition_status_after(run_failed: bool, was_made: bool) -> AssetPartitionStatus | None:
    """How a partition stands whose run has ended without making it.

    >>> partition_status_after(run_failed=True, was_made=True).value
    'FAILED'
    """
    if run_failed:
        return AssetPartitionStatus.FAILED
    return AssetPartitionStatus.MATERIALIZED if was_made else None
