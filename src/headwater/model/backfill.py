"""Backfills: many partitions of assets or of a job, made in as many runs as it takes, each after what it needs."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import msgspec

from headwater.model.key import AssetKey

BACKFILL_TAG = "dagster/backfill"
"""The tag of a backfill's runs: its id."""


class BackfillStatus(enum.Enum):
    """Where a backfill stands. One that has ended can be gone on with: then it is RUNNING again."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    CANCELING = "CANCELING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELED = "CANCELED"


OPEN_STATUSES = (BackfillStatus.RUNNING, BackfillStatus.PAUSED, BackfillStatus.CANCELING)
"""A backfill in one of these has something left to do."""


class PartStatus(enum.Enum):
    """Where a part of a backfill stands. BLOCKED: something that it needs could not be made."""

    WAITING = "WAITING"
    QUEUED = "QUEUED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    BLOCKED = "BLOCKED"
    CANCELED = "CANCELED"


UNDONE_STATUSES = (PartStatus.FAILURE, PartStatus.BLOCKED, PartStatus.CANCELED)
"""A part that ended in one of these is what a resumed backfill does again."""


class PartitionChoice(enum.Enum):
    """Which of the partitions that are named (or of all) a backfill makes."""

    ALL = "all"
    MISSING = "missing"
    FAILED = "failed"


class BackfillRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to have made: partitions of ``assets``, or of the job ``job_name``, of a code location.

    ``partition_keys`` or ``partition_range`` (first and last key) name partitions, without both all are meant; ``choice``
    takes all of those, the ones that were never made, or the ones whose newest attempt failed. ``most_runs`` is how many
    of its runs may be in the queue or at work at once.

    >>> BackfillRequest(assets=[AssetKey("orders")], choice=PartitionChoice.MISSING)
    """

    location: str = ""
    assets: list[AssetKey] = []
    job_name: str | None = None
    partition_keys: list[str] | None = None
    partition_range: tuple[str, str] | None = None
    choice: PartitionChoice = PartitionChoice.ALL
    tags: dict[str, str] = {}
    run_config: dict[str, Any] = {}
    most_runs: int | None = None
    title: str | None = None


class BackfillLayer(msgspec.Struct, frozen=True, kw_only=True):
    """Assets that a backfill makes together, run for run (none for a job of ops): ``parts`` runs, ``partitions`` keys.

    ``partitions`` is 0 for assets without partitions. ``after`` numbers the layers which it needs.
    """

    assets: list[AssetKey] = []
    parts: int
    partitions: int
    after: list[int] = []


class Backfill(msgspec.Struct, frozen=True, kw_only=True):
    """A backfill as it is stored. Times are seconds since the epoch (UTC); ``number`` grows with each backfill."""

    backfill_id: str
    request: BackfillRequest
    layers: list[BackfillLayer]
    created_at: float
    status: BackfillStatus = BackfillStatus.RUNNING
    ended_at: float | None = None
    number: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self.status in OPEN_STATUSES


class BackfillPart(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of a backfill makes: of the assets of ``layer`` the partitions from ``start`` to ``end``, ``count`` of
    them (no keys and 0 where there are no partitions). ``attempt`` counts how often it was begun."""

    number: int
    layer: int
    start: str | None = None
    end: str | None = None
    count: int = 0
    status: PartStatus = PartStatus.WAITING
    run_id: str | None = None
    attempt: int = 0


class BackfillCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many parts of a layer, and how many partitions in them, stand somewhere."""

    layer: int
    status: PartStatus
    parts: int
    partitions: int


def build_run_tags(backfill_id: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that all runs of a backfill share."""
    return {**tags, BACKFILL_TAG: backfill_id}
