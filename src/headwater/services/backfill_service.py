"""The backfill service: begins the runs of backfills, each as soon as what it needs is there."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from headwater.model.backfill import (
    OPEN_STATUSES,
    UNDONE_STATUSES,
    Backfill,
    BackfillPart,
    BackfillStatus,
    PartStatus,
)
from headwater.model.run import RunsFilter
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.backfill_progress import BackfillProgress
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.partition_graph import PartitionGraph
from headwater.ports.clock import Clock
from headwater.ports.code_host import CodeHost
from headwater.ports.storage import Storage
from headwater.services.backfill_control import BackfillControl, find_ended
from headwater.services.backfill_run import build_part_run
from headwater.services.known_partitions import KnownPartitions

MOST_RUNS = 20
"""How many runs of one backfill are in the queue or at work at once, unless it says otherwise: as many as keep the queue
busy, so few that what somebody else asks for gets its turn."""

_LOOK_SECONDS = 1.0


class BackfillService:
    """Carries out what is recorded, and keeps nothing that the store does not: it goes on after any crash.

    ``cancel`` cancels a run by its id, ``submitted`` is called when runs were queued.
    """

    name = "backfills"

    def __init__(
        self,
        *,
        storage: Storage,
        host: CodeHost,
        clock: Clock,
        cancel: Callable[[str], object],
        submitted: Callable[[], None],
    ) -> None:
        self._storage = storage
        self._store = storage.backfills
        self._host = host
        self._clock = clock
        self._control = BackfillControl(storage, cancel)
        self._submitted = submitted
        self._known = KnownPartitions(storage.partitions)
        self._active: dict[str, _Active] = {}
        self._graphs: dict[str, tuple[int, PartitionGraph]] = {}

    def step(self) -> float:
        """Take note of the runs that have ended, and begin what they have made way for."""
        now = self._clock.now()
        backfills = self._store.find(statuses=OPEN_STATUSES, ascending=True)
        open_ids = {each.backfill_id for each in backfills}
        self._active = {name: each for name, each in self._active.items() if name in open_ids}
        faults: list[Exception] = []
        with partition_loading_context(datetime.datetime.fromtimestamp(now, datetime.UTC), self._known):
            for backfill in backfills:
                try:
                    self._go_on(backfill)
                except Exception as error:  # noqa: BLE001 - told below: the other backfills do not wait for it
                    faults.append(error)
        if faults:
            raise faults[0]
        return now + _LOOK_SECONDS

    def _go_on(self, backfill: Backfill) -> None:
        if backfill.status is BackfillStatus.CANCELING:
            self._active.pop(backfill.backfill_id, None)
            self._control.finish_cancel(backfill, self._clock.now())
            return
        active = self._follow(backfill)
        if active is None:
            return  # its code is not loaded, and there is nothing to be said of it
        self._settle_ended(active)
        if backfill.status is BackfillStatus.RUNNING:
            self._begin(backfill, active)
        if active.progress.is_over:
            self._end(active)

    def _follow(self, backfill: Backfill) -> _Active | None:
        """The progress of a backfill; worked out anew when somebody lets parts of it begin again."""
        known = self._active.get(backfill.backfill_id)
        if known is not None and known.undone and known.undone != self._count_undone(backfill.backfill_id):
            known = None
        if known is None:
            graph = self._graph_of(backfill.request.location)
            if graph is None:
                return None
            parts = self._store.parts(backfill.backfill_id)
            known = self._active[backfill.backfill_id] = _Active(backfill, parts, graph)
            self._settle(known, dict.fromkeys(known.progress.blocked_before, PartStatus.BLOCKED))
        return known

    def _count_undone(self, backfill_id: str) -> int:
        counts = self._store.counts([backfill_id])[backfill_id]
        return sum(each.parts for each in counts if each.status in UNDONE_STATUSES)

    def _graph_of(self, location: str) -> PartitionGraph | None:
        """The partitions of a location's assets, as they are loaded now."""
        for state in self._host.locations():
            if state.name == location and state.manifest is not None:
                known = self._graphs.get(location)
                if known is None or known[0] != state.version:
                    graph = PartitionGraph(AssetGraph(state.manifest.assets, state.manifest.checks))
                    known = self._graphs[location] = (state.version, graph)
                return known[1]
        return None

    def _settle_ended(self, active: _Active) -> None:
        """Take note of the runs that have ended."""
        if not active.runs:
            return
        records = self._storage.runs.find(RunsFilter(run_ids=list(active.runs)))
        known = {each.dagster_run.run_id: each.dagster_run.status for each in records}
        self._settle(active, find_ended(known, active.runs))

    def _settle(self, active: _Active, ended: Mapping[int, PartStatus]) -> None:
        """Record how parts have ended, and which can never begin because of it."""
        if ended:
            self._store.settle_parts(active.backfill_id, active.settle(ended))

    def _begin(self, backfill: Backfill, active: _Active) -> None:
        most = backfill.request.most_runs or MOST_RUNS
        begun = False
        for part in active.progress.ready(most - len(active.runs)):
            run = build_part_run(backfill, part)
            if not self._store.begin_part(backfill.backfill_id, part.number, run):
                del self._active[backfill.backfill_id]  # paused or canceled at this moment: look anew
                break
            active.begin(part, run.run_id)
            begun = True
        if begun:
            self._submitted()

    def _end(self, active: _Active) -> None:
        status = BackfillStatus.FAILURE if active.undone else BackfillStatus.SUCCESS
        where = [BackfillStatus.RUNNING, BackfillStatus.PAUSED]
        self._store.set_status(active.backfill_id, status, where=where, ended_at=self._clock.now())
        self._active.pop(active.backfill_id, None)


class _Active:
    """A backfill that is carried out: its progress, and the part of each run that has not ended."""

    def __init__(self, backfill: Backfill, parts: list[BackfillPart], graph: PartitionGraph) -> None:
        self.backfill_id = backfill.backfill_id
        self.progress = BackfillProgress(graph, backfill.layers, parts)
        self.runs = {
            part.run_id: part.number for part in parts if part.status is PartStatus.QUEUED and part.run_id
        }
        self.undone = sum(part.status in UNDONE_STATUSES for part in parts)

    def begin(self, part: BackfillPart, run_id: str) -> None:
        """A run makes a part."""
        self.progress.settle(part.number, PartStatus.QUEUED)
        self.runs[run_id] = part.number

    def settle(self, ended: Mapping[int, PartStatus]) -> dict[int, PartStatus]:
        """Parts have ended. All that changes with them."""
        changed = dict(ended)
        for number, status in ended.items():
            changed |= {
                each: PartStatus.BLOCKED
                for each in self.progress.settle(number, status)
                if each not in changed
            }
        self.runs = {run_id: number for run_id, number in self.runs.items() if number not in ended}
        self.undone += sum(status in UNDONE_STATUSES for status in changed.values())
        return changed
