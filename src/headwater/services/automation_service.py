"""The automation service: evaluates automation conditions, and queues the runs that they ask for."""

from __future__ import annotations

from collections.abc import Callable

from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterError
from headwater.model.manifest import Manifest, SensorNode
from headwater.model.run import GLOBAL_ASSET_JOB
from headwater.model.tick import AutomationId, AutomationKind, AutomationState, TickAnswer, TickRequest
from headwater.planning.automation_graph import AutomationGraph
from headwater.ports.clock import Clock
from headwater.ports.code_host import CodeHost, LocationState
from headwater.ports.storage import Storage
from headwater.services.automation_record import AutomationRecord
from headwater.services.automation_state import is_running, settle
from headwater.services.automation_tick import AutomationTick, evaluate_automation_sensor
from headwater.services.evaluations import Evaluation
from headwater.services.tick_record import TickRecorder

LOOK_SECONDS = 15.0
"""How often it looks whether somebody else has switched a sensor, if nobody tells."""


class AutomationService:
    """Evaluates the sensors of automation conditions in their intervals. No user code is needed for it.

    The cursor is recorded with the runs, in one transaction, and each run has a key of the evaluation: whatever is
    restarted, a run is asked for once. ``submitted`` is called when runs were queued.
    """

    name = "automation"

    def __init__(
        self,
        *,
        storage: Storage,
        host: CodeHost,
        clock: Clock,
        recorder: TickRecorder,
        submitted: Callable[[], None],
    ) -> None:
        self._storage = storage
        self._host = host
        self._clock = clock
        self._recorder = recorder
        self._submitted = submitted
        self._record = AutomationRecord(storage)
        self._graphs: dict[str, tuple[int, Manifest, AutomationGraph]] = {}

    def step(self) -> float:
        """Evaluate what is due; the moment at which the next sensor is."""
        now = self._clock.now()
        at = now + LOOK_SECONDS
        states = self._storage.schedules.states()
        for location in self._host.locations():
            for node in location.manifest.sensors if location.manifest is not None else ():
                if node.automation is None:
                    continue
                state = states.get(AutomationId(location.name, node.name))
                if is_running(node, state):
                    at = min(at, self._look_at(location, node, state, now))
        return at

    def _look_at(
        self, location: LocationState, node: SensorNode, known: AutomationState | None, now: float
    ) -> float:
        automation = AutomationId(location.name, node.name)
        state = settle(self._storage.schedules, automation, node, known, now)
        if state.last_ended_at is not None and state.last_ended_at + node.minimum_interval_seconds > now:
            return state.last_ended_at + node.minimum_interval_seconds
        self._evaluate(location, node, state, now)
        return self._clock.now() + node.minimum_interval_seconds

    def _evaluate(
        self, location: LocationState, node: SensorNode, state: AutomationState, now: float
    ) -> None:
        request = state.request(AutomationKind.SENSOR, now)
        answer, tick = self.preview(location, node, request)
        recorded = self._recorder.record(
            Evaluation(request, now, 1), answer, job_name=GLOBAL_ASSET_JOB, now=self._clock.now()
        )
        if recorded is None or tick is None:
            return
        self._record.save(location.name, tick.evaluations, recorded.run_ids)
        if recorded.run_ids:
            self._submitted()

    def preview(
        self, location: LocationState, node: SensorNode, request: TickRequest
    ) -> tuple[TickAnswer, AutomationTick | None]:
        """What a sensor would ask for, and why; nothing is recorded."""
        try:
            tick = evaluate_automation_sensor(self._graph(location), node, self._storage, request)
        except DagsterError as error:
            return TickAnswer(error=build_error_info(error)), None
        return TickAnswer(result=tick.result), tick

    def _graph(self, location: LocationState) -> AutomationGraph:
        """What evaluations need of a location, built once for each time that its code was loaded."""
        assert location.manifest is not None
        known = self._graphs.get(location.name)
        if known is None or known[0] != location.version or known[1] is not location.manifest:
            known = (location.version, location.manifest, AutomationGraph(location.manifest))
            self._graphs[location.name] = known
        return known[2]
