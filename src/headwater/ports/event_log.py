"""The event log: append-only, and the state which is derived from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from headwater.model.event import DagsterEventType, Event, EventLogRecord, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.run import StepState


class EventLog(Protocol):
    """Events in the order in which they were appended, and what follows from them.

    ``append`` writes all events and every state that they change (status and times of runs, states of steps, the
    latest materialisation of each asset and partition) in one transaction: all or nothing.
    """

    def append(self, events: Sequence[Event]) -> int:
        """Append ``events``; return the number of the last one. Appending nothing returns the newest number."""
        ...

    def run_events(
        self,
        run_id: str,
        *,
        after: int = 0,
        limit: int | None = None,
        kinds: Collection[DagsterEventType] | None = None,
        step_key: str | None = None,
    ) -> list[EventLogRecord]:
        """The events of a run with numbers above ``after``, oldest first."""
        ...

    def find(
        self, filter: EventRecordsFilter, *, limit: int | None = None, ascending: bool = False
    ) -> list[EventLogRecord]:
        """The events that fit, newest first unless ``ascending``."""
        ...

    def latest_materializations(
        self, keys: Collection[AssetKey] | None = None
    ) -> dict[AssetKey, EventLogRecord]:
        """The newest materialisation of each asset (of all known, when ``keys`` is None). Never scans the log."""
        ...

    def latest_observations(self, keys: Collection[AssetKey] | None = None) -> dict[AssetKey, EventLogRecord]:
        """The newest observation of each asset (of all known, when ``keys`` is None). Never scans the log."""
        ...

    def latest_materialization(self, key: AssetKey, partition: str | None = None) -> EventLogRecord | None:
        """The newest materialisation of an asset, or of one partition of it. Never scans the log."""
        ...

    def materialized_partitions(self, key: AssetKey) -> list[str]:
        """The partitions of an asset which have been made, sorted. Never scans the log."""
        ...

    def asset_keys(self) -> list[AssetKey]:
        """The assets that the log knows (materialised or observed, not wiped), sorted."""
        ...

    def step_states(self, run_id: str) -> list[StepState]:
        """The latest state of each step of a run that has begun, in the order of their beginning."""
        ...

    def wipe_asset(self, key: AssetKey, partitions: Collection[str] | None = None) -> None:
        """Forget the materialisations and observations of an asset (or of some partitions). Runs stay."""
        ...

    def size(self) -> int:
        """How many events are stored."""
        ...
