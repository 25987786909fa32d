"""The history itself: the log, the runs, and the state which follows from the log once somebody asks for it.

Appending only lengthens a list. What the events changed is worked out when it is next read, so a run whose
history nobody reads pays next to nothing for it.
"""

from __future__ import annotations

import os
import threading
import weakref
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from headwater.model.event import Event, EventKind
from headwater.model.key import AssetKey
from headwater.model.partition_status import AssetPartitionStatus, partition_status_after
from headwater.model.run import FINISHED_STATUSES, RunRecord, RunStatus, StepState
from headwater.model.transition import (
    OPEN_STEP_STATUSES,
    RUN_STATUS_AFTER,
    STEP_STATUS_AFTER,
    RunProgress,
    open_step_status_after,
    run_progress_after,
    step_state_after,
)
from headwater.ports.clock import Clock

ASSET_KINDS = frozenset({EventKind.ASSET_MATERIALIZATION.value, EventKind.ASSET_OBSERVATION.value})
"""The kinds of events that a wipe forgets."""


class AssetState:
    """The numbers of the newest events about one asset and its partitions."""

    __slots__ = ("changed", "materialization", "observation", "partitions", "runs", "statuses")

    def __init__(self) -> None:
        self.materialization: int | None = None
        self.observation: int | None = None
        self.partitions: dict[str, int] = {}
        self.statuses: dict[str, AssetPartitionStatus] = {}
        self.runs: dict[str, str] = {}
        self.changed: dict[str, int] = {}

    @property
    def numbers(self) -> set[int]:
        """All of them."""
        return {number for number in (self.materialization, self.observation) if number} | {
            *self.partitions.values()
        }


class History:
    """All that is stored. Use its fields inside ``with history.current():``."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.events: dict[int, Event] = {}
        """The events by their numbers, in the order of these."""
        self._newest = 0
        self.runs: dict[str, RunRecord] = {}
        self.runs_added = 0
        self.values: dict[str, str] = {}
        self.events_of_run: defaultdict[str, list[int]] = defaultdict(list)
        self.events_of_asset: defaultdict[AssetKey, list[int]] = defaultdict(list)
        self.wiped: set[int] = set()
        self.steps: defaultdict[str, dict[str, StepState]] = defaultdict(dict)
        self.assets: defaultdict[AssetKey, AssetState] = defaultdict(AssetState)
        self.planned: defaultdict[str, set[tuple[AssetKey, str]]] = defaultdict(set)
        self.wipes = 0
        self._derived = 0
        self._pending: list[
            tuple[int, float]
        ] = []  # the last number of each batch not yet derived, and its time
        _histories.add(self)

    def append(self, events: Sequence[Event]) -> int:
        """Append ``events``; the number of the last one."""
        with self.lock:
            first = self._newest + 1
            self._newest += len(events)
            self.events.update(zip(range(first, self._newest + 1), events, strict=True))
            self._pending.append((self._newest, self.clock.now()))
            return self._newest

    @contextmanager
    def current(self) -> Iterator[History]:
        """Hold the history still, with all state up to date."""
        with self.lock:
            for newest, now in self._pending:
                for number in range(self._derived + 1, newest + 1):
                    if (event := self.events.get(number)) is not None:
                        self._derive(event, number, now)
                self._derived = newest
            self._pending.clear()
            yield self

    def forget(self, numbers: Iterable[int]) -> None:
        """Remove events."""
        for number in numbers:
            event = self.events.pop(number)
            self.wiped.discard(number)
            if (key := event.asset_key) is not None and (known := self.events_of_asset.get(key)):
                at = bisect_left(known, number)
                if known[at : at + 1] == [number]:
                    del known[at]

    def _derive(self, event: Event, number: int, now: float) -> None:
        self.events_of_run[event.run_id].append(number)
        kind = event.kind.value
        if kind in STEP_STATUS_AFTER:
            self._change_step(event)
        elif kind in RUN_STATUS_AFTER:
            self._change_run(event, number, now)
        elif (key := event.asset_key) is not None:
            self.events_of_asset[key].append(number)
            if kind in ASSET_KINDS:
                self._change_asset(key, event, number)
            elif kind == EventKind.ASSET_MATERIALIZATION_PLANNED.value:
                self._plan_partition(key, event, number)

    def _change_step(self, event: Event) -> None:
        if event.step_key is not None:
            steps = self.steps[event.run_id]
            if changed := step_state_after(steps.get(event.step_key), event):
                steps[event.step_key] = changed

    def _change_run(self, event: Event, number: int, now: float) -> None:
        record = self.runs.get(event.run_id)
        if record is None:
            return
        before = RunProgress(record.dagster_run.status, record.start_time, record.end_time)
        after = run_progress_after(before, event)
        if after is before:
            return
        self.runs[event.run_id] = msgspec.structs.replace(
            record,
            dagster_run=msgspec.structs.replace(record.dagster_run, status=after.status),
            start_time=after.started_at,
            end_time=after.ended_at,
            updated_at=now,
        )
        if after.status in FINISHED_STATUSES:
            self._end_open_steps(event.run_id, after)
            self.end_plans(event.run_id, number, failed=after.status is RunStatus.FAILURE)

    def _end_open_steps(self, run_id: str, progress: RunProgress) -> None:
        if status := open_step_status_after(progress.status):
            steps = self.steps[run_id]
            for step_key, state in steps.items():
                if state.status in OPEN_STEP_STATUSES:
                    steps[step_key] = msgspec.structs.replace(
                        state, status=status, ended_at=progress.ended_at
                    )

    def _change_asset(self, key: AssetKey, event: Event, number: int) -> None:
        asset = self.assets[key]
        if event.kind is EventKind.ASSET_OBSERVATION:
            asset.observation = number
            return
        asset.materialization = number
        if (partition := event.partition) is not None:
            asset.partitions[partition] = number
            asset.statuses[partition] = AssetPartitionStatus.MATERIALIZED
            asset.changed[partition] = number
            asset.runs.pop(partition, None)

    def _plan_partition(self, key: AssetKey, event: Event, number: int) -> None:
        record, partition = self.runs.get(event.run_id), event.partition
        if partition is None or record is None or record.dagster_run.is_finished:
            return
        asset = self.assets[key]
        asset.statuses[partition] = AssetPartitionStatus.IN_PROGRESS
        asset.runs[partition] = event.run_id
        asset.changed[partition] = number
        self.planned[event.run_id].add((key, partition))

    def end_plans(self, run_id: str, number: int, *, failed: bool) -> None:
        """What a run that has ended was to make, and has not, is in progress no more."""
        for key, partition in self.planned.pop(run_id, ()):
            asset = self.assets[key]
            begun = asset.statuses.get(partition) is AssetPartitionStatus.IN_PROGRESS
            if not begun or asset.runs.get(partition) != run_id:
                continue
            status = partition_status_after(failed, partition in asset.partitions)
            asset.changed[partition] = number
            if status is not None:
                asset.statuses[partition] = status
            else:
                del asset.statuses[partition]


_histories: weakref.WeakSet[History] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    """A thread which held the lock does not exist in the child, and would never release it."""
    for history in _histories:
        history.lock = threading.RLock()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_after_fork_in_child)
