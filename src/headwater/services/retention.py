"""Retention: what is old enough is forgotten, a little at a time. What is known of assets is kept."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from headwater.model.run import FINISHED_STATUSES, RunsFilter
from headwater.model.tick import TickStatus
from headwater.ports.backfill_store import BackfillStore
from headwater.ports.clock import Clock
from headwater.ports.run_store import RunStore
from headwater.ports.schedule_store import ScheduleStore

_DAY_SECONDS = 86_400.0
_LOOK_SECONDS = 3600.0
_RUNS_AT_ONCE = 20


class RetentionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """After how many days what is removed; None: never."""

    runs_days: float | None = 365
    ticks_days: float | None = 90
    skipped_ticks_days: float | None = 7


class Retention:
    """Removes old runs (with events and logs), ticks and ``backfills``, these after as many days as runs. ``delete_run``
    removes a run and what belongs to it."""

    name = "retention"

    def __init__(
        self,
        *,
        runs: RunStore,
        schedules: ScheduleStore,
        clock: Clock,
        delete_run: Callable[[str], None],
        limits: RetentionLimits | None = None,
        backfills: BackfillStore | None = None,
    ) -> None:
        self._runs = runs
        self._schedules = schedules
        self._clock = clock
        self._delete_run = delete_run
        self._backfills = backfills
        self._limits = limits or RetentionLimits()

    def step(self) -> float:
        """Remove a little of what is old; come back soon while there is more."""
        now = self._clock.now()
        limits = self._limits
        if limits.skipped_ticks_days is not None:
            before = now - limits.skipped_ticks_days * _DAY_SECONDS
            self._schedules.prune_ticks(before, [TickStatus.SKIPPED])
        if limits.ticks_days is not None:
            self._schedules.prune_ticks(now - limits.ticks_days * _DAY_SECONDS, list(TickStatus))
        more = limits.runs_days is not None and self._remove_runs(now - limits.runs_days * _DAY_SECONDS)
        if limits.runs_days is not None and self._backfills is not None:
            self._backfills.prune(now - limits.runs_days * _DAY_SECONDS)
        return now + (1.0 if more else _LOOK_SECONDS)

    def _remove_runs(self, created_before: float) -> bool:
        """Remove some runs; whether there may be more."""
        old = RunsFilter(statuses=list(FINISHED_STATUSES), created_before=created_before)
        records = self._runs.find(old, limit=_RUNS_AT_ONCE, ascending=True)
        for record in records:
            self._delete_run(record.dagster_run.run_id)
        return len(records) == _RUNS_AT_ONCE
