"""The event log: append-only, and the state which is derived from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from headwater.model.event import DagsterEventType, Event, EventLogRecord, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.run import StepState


class EventLog(Protocol):
    """Events in the order in which they were appended, and what follows from them.

    ``append`` writes all events and every state that they change (status and times of runs, states of steps,
    the newest record of each asset and partition) in one transaction: all or nothing. What an event changes
    is said by :mod:`headwater.model.transition`. Safe to use from several threads, and after a fork.

    Raises :class:`StorageLockedError` when the store stays busy, :class:`StorageError` when it fails; then
    nothing was written, and trying again is safe.
    """

    def append(self, events: Sequence[Event]) -> int:
        """Append ``events``; the number of the last one. Appending nothing returns the newest number.

        Numbers ascend in the order of appending, across processes, and are never given twice.
        """
        ...

    def run_events(
        self,
        run_id: str,
        *,
        after: int = 0,
        limit: int | None = None,
        kinds: Collection[DagsterEventType] | None = None,
        step_key: str | None = None,
        before: int | None = None,
        ascending: bool = True,
    ) -> list[EventLogRecord]:
        """The events of a run with numbers above ``after`` and below ``before``, oldest first if ``ascending``."""
        ...

    def find(
        self, filter: EventRecordsFilter, *, limit: int | None = None, ascending: bool = False
    ) -> list[EventLogRecord]:
        """The events that fit, newest first unless ``ascending``."""
        ...

    def latest_materializations(
        self, keys: Collection[AssetKey] | None = None
    ) -> dict[AssetKey, EventLogRecord]:
        """The newest materialisation of each asset (of all known, when ``keys`` is None). Scans no log."""
        ...

    def latest_observations(self, keys: Collection[AssetKey] | None = None) -> dict[AssetKey, EventLogRecord]:
        """The newest observation of each asset (of all known, when ``keys`` is None). Scans no log."""
        ...

    def latest_materialization(self, key: AssetKey, partition: str | None = None) -> EventLogRecord | None:
        """The newest materialisation of an asset, or of one partition of it. Scans no log."""
        ...

    def materialized_partitions(self, key: AssetKey) -> list[str]:
        """The partitions of an asset which have been made, sorted. Scans no log."""
        ...

    def count_materialized_partitions(self, key: AssetKey) -> int:
        """How many partitions of an asset have been made. Lists none of them."""
        ...

    def asset_keys(self) -> list[AssetKey]:
        """The assets that the log knows (materialised or observed, not wiped), sorted."""
        ...

    def step_states(self, run_id: str) -> list[StepState]:
        """The latest state of each step of a run that has begun, in the order of their beginning."""
        ...

    def wipe_asset(self, key: AssetKey, partitions: Collection[str] | None = None) -> None:
        """Forget the materialisations and observations of an asset (or of some partitions).

        The events stay in the lists of their runs; asked for by asset or by kind, they are gone.
        """
        ...

    def size(self) -> int:
        """How many events are stored."""
        ...
