"""The scheduler: lets schedules tick at their times."""

from __future__ import annotations

from collections.abc import Callable

from headwater.model.manifest import ScheduleNode
from headwater.model.tick import (
    AutomationId,
    AutomationKind,
    AutomationState,
    TickAnswer,
    TickStatus,
)
from headwater.planning.schedule_policy import read_schedule_policy
from headwater.planning.schedule_time import missed_times, next_time
from headwater.ports.clock import Clock
from headwater.ports.code_host import CodeHost
from headwater.ports.schedule_store import ScheduleStore
from headwater.services.automation_state import is_running, settle
from headwater.services.evaluations import Evaluation, Evaluations
from headwater.services.tick_record import TickRecorder

LOOK_SECONDS = 15.0
"""How often it looks whether somebody else has switched a schedule, if nobody tells."""

MOST_ATTEMPTS = 3
SECONDS_BETWEEN_ATTEMPTS = 10.0


class Scheduler:
    """Evaluates schedules when they are due, and queues the runs that they ask for.

    A moment is ticked once: the store says so. ``submitted`` is called when runs were queued.
    """

    name = "scheduler"

    def __init__(
        self,
        *,
        store: ScheduleStore,
        host: CodeHost,
        clock: Clock,
        recorder: TickRecorder,
        wake: Callable[[], None],
        submitted: Callable[[], None],
    ) -> None:
        self._store = store
        self._host = host
        self._clock = clock
        self._recorder = recorder
        self._submitted = submitted
        self._evaluations = Evaluations(host, wake)
        self._retries: dict[AutomationId, tuple[float, Evaluation]] = {}
        self._look_at = 0.0
        self._job_names: dict[AutomationId, str] = {}

    def look_again(self) -> None:
        """Something about schedules has changed: look at all of them in the next step."""
        self._look_at = 0.0

    def step(self) -> float:
        """Record the ticks that are evaluated, and evaluate those that are due."""
        for evaluation, answer in self._evaluations.collect():
            self._record(evaluation, answer)
        now = self._clock.now()
        if now >= self._look_at:
            self._look_at = self._look(now)
        return self._look_at

    def _record(self, evaluation: Evaluation, answer: TickAnswer) -> None:
        now = self._clock.now()
        automation = evaluation.request.automation
        tick = self._recorder.record(evaluation, answer, job_name=self._job_names[automation], now=now)
        self.look_again()  # there may be another missed time of the same schedule
        if tick is None:
            return
        if tick.status is TickStatus.FAILURE and evaluation.attempts < MOST_ATTEMPTS:
            again = evaluation._replace(attempts=evaluation.attempts + 1)
            self._retries[automation] = (now + SECONDS_BETWEEN_ATTEMPTS, again)
        if tick.run_ids:
            self._submitted()

    def _look(self, now: float) -> float:
        """Begin what is due; the moment at which the next schedule is."""
        states = self._store.states()
        at = now + LOOK_SECONDS
        for location in self._host.locations():
            for node in location.manifest.schedules if location.manifest is not None else ():
                automation = AutomationId(location.name, node.name)
                state = states.get(automation)
                if is_running(node, state):
                    self._job_names[automation] = node.job_name
                    settled = settle(self._store, automation, node, state, now)
                    at = min(at, self._look_at_one(automation, node, settled, now))
                else:
                    self._retries.pop(automation, None)
        return at

    def _look_at_one(
        self, automation: AutomationId, node: ScheduleNode, state: AutomationState, now: float
    ) -> float:
        following = next_time(node.cron_schedules, node.timezone, now)
        at = float(following) if following is not None else now + LOOK_SECONDS
        if automation in self._evaluations:
            return at
        if automation in self._retries:
            retry_at, again = self._retries[automation]
            if retry_at > now:
                return min(at, retry_at)
            del self._retries[automation]
            self._evaluations.begin(again._replace(started_at=now))
            return at
        policy = read_schedule_policy(node.tags, node.name)
        after = max(state.since, state.last_due_at or 0.0)
        missed = missed_times(node.cron_schedules, node.timezone, after, now, max(1, policy.catch_up))
        if not missed or policy.is_missed(missed[0], now):
            return at
        begins_at = policy.begins_at(str(automation), missed[0])
        if begins_at > now:
            return min(at, begins_at)
        self._evaluations.begin(Evaluation(state.request(AutomationKind.SCHEDULE, float(missed[0])), now, 1))
        return at
