"""The run queue: which of the recorded runs may begin now."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from headwater.model.errors import CodeHostError
from headwater.model.event import Event, EventKind, RunFailureData
from headwater.model.run import DagsterRun, DagsterRunStatus, RunsFilter
from headwater.ports.clock import Clock
from headwater.ports.run_launcher import RunLauncher
from headwater.ports.run_store import RunStore

_log = logging.getLogger(__name__)
PRIORITY_TAG = "dagster/priority"
LOOK_SECONDS = 1.0
MOST_RUNS = 10
_AT_WORK = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
_SECONDS_TO_BEGIN = 60.0


class TagLimit(msgspec.Struct, frozen=True, kw_only=True):
    """So many runs with a tag at once; of one ``value``, of all together, or (``per_value``) of each value."""

    key: str
    limit: int
    value: str | None = None
    per_value: bool = False

    def slot(self, run: DagsterRun) -> str | None:
        """Which of the limit's slots a run takes; None: it is none of its concern."""
        value = run.tags.get(self.key)
        if value is None or (self.value is not None and value != self.value):
            return None
        return value if self.per_value else ""


class RunQueue:
    """Launches queued runs: by priority, then by age, as many as the limits allow.

    ``most_runs`` may be at work at once: -1 means any number, 0 that none begins. Runs at work are counted in the
    history, where a run whose process is gone ends by itself: no slot is lost. ``write`` appends events.
    """

    name = "run queue"

    def __init__(
        self,
        *,
        runs: RunStore,
        launcher: RunLauncher,
        clock: Clock,
        write: Callable[[Sequence[Event]], object],
        most_runs: int = MOST_RUNS,
        tag_limits: Sequence[TagLimit] = (),
    ) -> None:
        self._runs = runs
        self._launcher = launcher
        self._clock = clock
        self._write = write
        self._most_runs = most_runs
        self._tag_limits = list(tag_limits)
        self._launched: dict[str, float] = {}

    def ended(self, run_id: str, how: str) -> None:
        """The process of a run has ended. A run that never began has failed. Safe from any thread."""
        self._launched.pop(run_id, None)
        record = self._runs.get(run_id)
        if record is not None and record.dagster_run.status is DagsterRunStatus.QUEUED:
            self._fail(record.dagster_run, f"Its process has ended before the run began: {how}")

    def step(self) -> float:
        """Launch what may begin now."""
        now = self._clock.now()
        queued = self._queued(now)
        if queued:
            at_work = [record.dagster_run for record in self._runs.find(RunsFilter(statuses=_AT_WORK))]
            known = {run.run_id for run in at_work}
            begun = [run for run in queued if run.run_id in self._launched and run.run_id not in known]
            self._launch([run for run in queued if run.run_id not in self._launched], [*at_work, *begun], now)
        return now + LOOK_SECONDS

    def _queued(self, now: float) -> list[DagsterRun]:
        records = self._runs.find(RunsFilter(statuses=[DagsterRunStatus.QUEUED]), ascending=True)
        queued = [record.dagster_run for record in records]
        waiting = {run.run_id for run in queued}
        # One whose launch came to nothing, without a word, is launched again: its process begins only a queued run.
        self._launched = {
            run_id: at
            for run_id, at in self._launched.items()
            if run_id in waiting and now - at < _SECONDS_TO_BEGIN
        }
        return sorted(queued, key=_priority, reverse=True)

    def _launch(self, waiting: Iterable[DagsterRun], at_work: Sequence[DagsterRun], now: float) -> None:
        count = len(at_work)
        taken: Counter[tuple[int, str]] = Counter(slot for run in at_work for slot in self._slots(run))
        for run in waiting:
            if 0 <= self._most_runs <= count:
                return
            slots = self._slots(run)
            if any(taken[slot] >= self._tag_limits[slot[0]].limit for slot in slots):
                continue
            if not self._launcher.can_launch(run):
                continue
            count += 1
            taken.update(slots)
            self._launched[run.run_id] = now
            try:
                self._launcher.launch(run)
            except CodeHostError as error:
                self._launched.pop(run.run_id)
                self._fail(run, str(error))

    def _slots(self, run: DagsterRun) -> list[tuple[int, str]]:
        found = [(number, limit.slot(run)) for number, limit in enumerate(self._tag_limits)]
        return [(number, slot) for number, slot in found if slot is not None]

    def _fail(self, run: DagsterRun, why: str) -> None:
        _log.warning("Run %s of %s cannot begin: %s", run.run_id, run.job_name, why)
        self._write(
            [
                Event(
                    kind=EventKind.RUN_FAILURE,
                    run_id=run.run_id,
                    job_name=run.job_name,
                    message=f'The run for "{run.job_name}" could not begin. {why}',
                    level=logging.ERROR,
                    data=RunFailureData(failure_reason="START_TIMEOUT"),
                )
            ]
        )


def _priority(run: DagsterRun) -> int:
    """What the run's tag says; 0 for one that is no number."""
    try:
        return int(run.tags.get(PRIORITY_TAG, "0"))
    except ValueError:
        return 0
