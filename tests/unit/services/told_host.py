"""A code host that answers when a test tells it to, and a launcher that remembers what it launched."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.code_question import Answer, CodeQuestion
from headwater.model.errors import CodeHostError
from headwater.model.manifest import Manifest, ScheduleNode, SensorNode
from headwater.model.run import DagsterRun
from headwater.model.run_request import DynamicPartitionsRequest, RunRequest, TickResult
from headwater.model.tick import TickAnswer, TickRequest
from headwater.ports.code_host import LocationState
from headwater.services.scheduler import Scheduler
from headwater.services.sensor_service import SensorService
from headwater.services.tick_record import TickRecorder
from tests.contracts.turned_clock import TurnedClock

HERE = "here"


class ToldHost:
    """One location. With ``result`` it answers at once, else by :meth:`answer`."""

    def __init__(self, manifest: Manifest, result: TickResult | None = None) -> None:
        self.manifest = manifest
        self.result = result
        self.asked: list[TickRequest] = []
        self.waiting: list[Future[TickAnswer]] = []

    def locations(self) -> list[LocationState]:
        return [LocationState(name=HERE, manifest=self.manifest)]

    def evaluate(self, request: TickRequest) -> Future[TickAnswer]:
        self.asked.append(request)
        future: Future[TickAnswer] = Future()
        self.waiting.append(future)
        if self.result is not None:
            self.answer(self.result)
        return future

    def ask(self, location: str, question: CodeQuestion) -> Future[Answer]:
        raise CodeHostError(f"{location} answers nothing but ticks: {question}")

    def answer(self, result: TickResult) -> None:
        self.waiting.pop(0).set_result(TickAnswer(result=result))

    def fail(self, message: str) -> None:
        self.waiting.pop(0).set_exception(CodeHostError(message))


class ToldLauncher:
    """Launches nothing, and says so."""

    def __init__(self) -> None:
        self.launched: list[str] = []
        self.refuses: str | None = None

    def can_launch(self, run: DagsterRun) -> bool:
        return run.location != "gone"

    def launch(self, run: DagsterRun) -> None:
        if self.refuses is not None:
            raise CodeHostError(self.refuses)
        self.launched.append(run.run_id)


class Bench:
    """A service over a store in memory, with a clock that only the test turns."""

    def __init__(
        self,
        *,
        schedules: Sequence[ScheduleNode] = (),
        sensors: Sequence[SensorNode] = (),
        result: TickResult | None = None,
        at: float = 0.0,
    ) -> None:
        self.clock = TurnedClock(at)
        self.storage = MemoryStorage(self.clock)
        self.host = ToldHost(Manifest(schedules=list(schedules), sensors=list(sensors)), result)
        self.partitions: list[DynamicPartitionsRequest] = []
        self.submitted = 0

    def recorder(self) -> TickRecorder:
        return TickRecorder(self.storage.schedules, self.partitions.extend)

    def _submit(self) -> None:
        self.submitted += 1

    def scheduler(self) -> Scheduler:
        return Scheduler(
            store=self.storage.schedules,
            host=self.host,
            clock=self.clock,
            recorder=self.recorder(),
            wake=lambda: None,
            submitted=self._submit,
        )

    def sensor_service(self) -> SensorService:
        return SensorService(
            store=self.storage.schedules,
            host=self.host,
            clock=self.clock,
            recorder=self.recorder(),
            wake=lambda: None,
            submitted=self._submit,
        )

    def run_until(self, service: Scheduler | SensorService, end: float) -> None:
        """Let the service step at every moment that it names, up to ``end``."""
        while self.clock.at <= end:
            at = end
            for _ in range(100):  # answers come at once: what they lead to is due now
                asked = len(self.host.asked)
                at = service.step()
                if len(self.host.asked) == asked and at > self.clock.now():
                    break
            if at > end:
                self.clock.at = end
                return
            self.clock.at = at


def wants(*keys: str | None) -> TickResult:
    return TickResult(run_requests=[RunRequest(run_key=key) for key in keys])
