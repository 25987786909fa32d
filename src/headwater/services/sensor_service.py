"""The sensor service: evaluates sensors, each no more often than it says."""

from __future__ import annotations

from collections.abc import Callable

from headwater.model.manifest import SensorNode
from headwater.model.tick import AutomationId, AutomationKind, AutomationState
from headwater.ports.clock import Clock
from headwater.ports.code_host import CodeHost
from headwater.ports.schedule_store import ScheduleStore
from headwater.services.automation_state import is_running, settle
from headwater.services.evaluations import Evaluation, Evaluations
from headwater.services.tick_record import TickRecorder

LOOK_SECONDS = 15.0
"""How often it looks whether somebody else has switched a sensor, if nobody tells."""


class SensorService:
    """Evaluates sensors in their intervals, and queues the runs that they ask for.

    The cursor is recorded with the runs, in one transaction: after a crash an evaluation counts wholly or not at all.
    One that takes long is waited for by nobody else. ``submitted`` is called when runs were queued.
    """

    name = "sensor service"

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
        self._look_at = 0.0
        self._job_names: dict[AutomationId, str] = {}

    def look_again(self) -> None:
        """Something about sensors has changed: look at all of them in the next step."""
        self._look_at = 0.0

    def step(self) -> float:
        """Record the evaluations that are done, and begin those that are due."""
        for evaluation, answer in self._evaluations.collect():
            automation = evaluation.request.automation
            tick = self._recorder.record(
                evaluation, answer, job_name=self._job_names[automation], now=self._clock.now()
            )
            self._look_at = 0.0
            if tick is not None and tick.run_ids:
                self._submitted()
        now = self._clock.now()
        if now >= self._look_at:
            self._look_at = self._look(now)
        return self._look_at

    def _look(self, now: float) -> float:
        """Begin what is due; the moment at which the next sensor is."""
        states = self._store.states()
        at = now + LOOK_SECONDS
        for location in self._host.locations():
            for node in location.manifest.sensors if location.manifest is not None else ():
                if node.automation is not None:
                    continue  # the automation service's
                automation = AutomationId(location.name, node.name)
                state = states.get(automation)
                if is_running(node, state) and automation not in self._evaluations:
                    settled = settle(self._store, automation, node, state, now)
                    at = min(at, self._look_at_one(automation, node, settled, now))
        return at

    def _look_at_one(
        self, automation: AutomationId, node: SensorNode, state: AutomationState, now: float
    ) -> float:
        due_at = now if state.last_ended_at is None else state.last_ended_at + node.minimum_interval_seconds
        if due_at > now:
            return due_at
        self._job_names[automation] = node.job_names[0] if len(node.job_names) == 1 else ""
        self._evaluations.begin(Evaluation(state.request(AutomationKind.SENSOR, now), now, 1))
        return now + LOOK_SECONDS
