"""What the evaluation of automation conditions asks about the world; who answers, reads it from a store or a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from headwater.model.automation_evaluation import Entity, Slice, Slices
from headwater.model.freshness_spec import FreshnessStatus
from headwater.model.key import AssetCheckKey, AssetKey


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked about a run: its tags, and which assets it was to make (None: it does not say)."""

    tags: Mapping[str, str] = {}
    asset_selection: frozenset[AssetKey] | None = None


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """Something was made, observed or evaluated: number and time (seconds since the epoch) of the event, its run, and the
    data version it has."""

    number: int
    at: float
    run_id: str = ""
    data_version: str | None = None


class AutomationView(Protocol):
    """The world at one moment. ``event_number`` is the newest event that it knows.

    Slices are partitions; what has none is there as ``{None}``. Asked about something without partitions, it answers so.
    """

    @property
    def event_number(self) -> int:
        """The number of the newest event that is looked at."""
        ...

    def made(self, key: AssetKey) -> Slices:
        """What of an asset has been made (or observed)."""
        ...

    def updates(self, entity: Entity, after: int) -> Mapping[Slice, Sequence[Update]]:
        """The updates of an asset or check behind the event ``after``, oldest first."""
        ...

    def version_before(self, key: AssetKey, partition: Slice, number: int) -> str | None:
        """The data version of an asset before an event; None where it had none."""
        ...

    def newest_number(self, entity: Entity, partition: Slice) -> int | None:
        """The number of the newest update; None where there is none."""
        ...

    def newest_run(self, entity: Entity, partition: Slice) -> RunFacts | None:
        """The run of the newest update; None where there is none, or no run made it."""
        ...

    def run(self, run_id: str) -> RunFacts | None:
        """A run."""
        ...

    def running(self, entity: Entity) -> Slices:
        """What runs are going to make."""
        ...

    def backfilling(self, entity: Entity) -> Slices:
        """What backfills are going to make."""
        ...

    def failed(self, entity: Entity) -> Slices:
        """What the newest run was to make, and did not because it failed."""
        ...

    def check_passed(self, key: AssetCheckKey) -> bool | None:
        """Whether the newest evaluation of a check has passed; None where there is none of what was made last."""
        ...

    def freshness(self, key: AssetKey) -> FreshnessStatus:
        """How an asset stands by its freshness policy."""
        ...
