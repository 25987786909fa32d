"""The supervisor: the services of an instance and the processes that hold the user's code, started and stopped as one."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from headwater.adapters.local_code.code_host import LocalCodeHost
from headwater.instance.instance import DagsterInstance
from headwater.instance.leadership import Leadership, Led
from headwater.instance.presence import Presence, SupervisorState
from headwater.instance.queued_run import RESUME_TAG
from headwater.instance.reexecution import ReexecutionOptions
from headwater.instance.run_lease import Holder
from headwater.instance.run_limits import RunLimits
from headwater.model.code_question import (
    LaunchAnswer,
    LaunchQuestion,
    ValueAnswer,
    ValueQuestion,
    VersionsAnswer,
    VersionsQuestion,
)
from headwater.model.errors import CodeHostError, DagsterInvariantViolationError, DagsterRunNotFoundError
from headwater.model.event import new_run_id
from headwater.model.manifest import ScheduleNode, SensorNode
from headwater.model.run import DagsterRun, DagsterRunStatus
from headwater.model.run_request import AddDynamicPartitionsRequest, DynamicPartitionsRequest
from headwater.model.tick import AutomationId, AutomationState, TickAnswer, TickRequest
from headwater.ports.clock import SystemClock
from headwater.ports.code_host import LocationState
from headwater.services.automation_service import AutomationService
from headwater.services.automation_state import switch
from headwater.services.backfill_service import BackfillService
from headwater.services.canceler import Canceler
from headwater.services.loop import Heartbeat, ServiceLoop
from headwater.services.retention import Retention
from headwater.services.run_monitor import RunMonitor
from headwater.services.run_queue import RunQueue
from headwater.services.scheduler import Scheduler
from headwater.services.sensor_service import SensorService
from headwater.services.service import Service
from headwater.services.tick_record import TickRecorder

_SECONDS_TO_ANSWER = 70.0
CODE_COMMAND = (sys.executable, "-m", "headwater.instance.code_process")


class Supervisor:
    """Runs what belongs to an instance: its code locations (name → arguments of the process) and all services.

    Without ``decides`` nothing begins by itself (no schedule, no sensor): it carries out what others have asked for.

    >>> with Supervisor(instance, {"flights": arguments}) as supervisor:  # doctest: +SKIP
    ...     supervisor.submit(run)
    """

    def __init__(
        self,
        instance: DagsterInstance,
        locations: Mapping[str, Sequence[str]],
        *,
        watch: bool = False,
        limits: RunLimits | None = None,
        grace_seconds: float = 2.0,
        decides: bool = True,
        command: str = "dev",
    ) -> None:
        self.instance = instance
        self._watch = watch
        self._listeners: list[Callable[[], None]] = []
        self._grace_seconds = grace_seconds
        self._clock = SystemClock()
        self._leadership = Leadership(instance.storage.leases, self._clock)
        self.host = LocalCodeHost(
            command=CODE_COMMAND,
            locations=locations,
            clock=self._clock,
            changed=self._code_changed,
            run_ended=self._run_ended,
        )
        self._limits = limits = limits or RunLimits()
        self._queue = RunQueue(
            runs=instance.storage.runs,
            launcher=self.host,
            clock=self._clock,
            write=instance.write_events,
            most_runs=limits.most_runs,
            tag_limits=limits.tag_limits,
        )
        self._loops: dict[str, ServiceLoop] = {}
        self._scheduler, self._sensors, self._automation = self._build_automation()
        self._backfills = self._build_backfills()
        services: list[Service] = [self._queue, self._backfills, *self._build_caretakers()]
        deciding: list[Service] = [self._scheduler, self._sensors, self._automation]
        for service in (*services, *deciding) if decides else services:
            led = Led(service, self._leadership, self._clock)
            self._loops[service.name] = ServiceLoop(led, self._clock)
        if instance.storage.is_shared:  # each supervisor cancels what its own machine executes
            canceler = self._build_canceler()
            self._loops[canceler.name] = ServiceLoop(canceler, self._clock)
        self._leading = ServiceLoop(self._leadership, self._clock)
        self._command = command
        self._url: str | None = None
        self._started_at = self._clock.now()
        self._presence = Presence(instance.storage, self._clock, self._describe)
        self._telling = ServiceLoop(self._presence, self._clock)

    def _build_automation(self) -> tuple[Scheduler, SensorService, AutomationService]:
        """What decides when runs are asked for."""
        schedules = self.instance.storage.schedules
        recorder = TickRecorder(schedules, self._change_partitions)
        scheduler = Scheduler(
            store=schedules,
            host=self.host,
            clock=self._clock,
            recorder=recorder,
            wake=lambda: self._wake("scheduler"),
            submitted=lambda: self._wake("run queue"),
        )
        sensors = SensorService(
            store=schedules,
            host=self.host,
            clock=self._clock,
            recorder=recorder,
            wake=lambda: self._wake("sensor service"),
            submitted=lambda: self._wake("run queue"),
        )
        automation = AutomationService(
            storage=self.instance.storage,
            host=self.host,
            clock=self._clock,
            recorder=recorder,
            submitted=lambda: self._wake("run queue"),
        )
        return scheduler, sensors, automation

    def _build_backfills(self) -> BackfillService:
        """What carries out backfills."""
        return BackfillService(
            storage=self.instance.storage,
            host=self.host,
            clock=self._clock,
            cancel=self.instance.cancel_run,
            submitted=lambda: self._wake("run queue"),
        )

    def _build_caretakers(self) -> tuple[RunMonitor, Retention]:
        """What looks after runs that have begun, and after old ones."""
        storage = self.instance.storage
        monitor = RunMonitor(
            runs=storage.runs,
            clock=self._clock,
            reconcile=self.instance.reconcile_runs,
            cancel=self.instance.cancel_run,
        )
        retention = Retention(
            runs=storage.runs,
            schedules=storage.schedules,
            clock=self._clock,
            delete_run=self._delete_run,
            backfills=storage.backfills,
        )
        return monitor, retention

    def _build_canceler(self) -> Canceler:
        """What cancels runs of this machine that others have asked to end."""
        return Canceler(
            runs=self.instance.storage.runs,
            clock=self._clock,
            is_here=self.instance.run_control.is_here,
            cancel=self.instance.cancel_run,
        )

    # -- life ------------------------------------------------------------------------------------------------------

    def take_lead(self) -> bool:
        """Take the lead, also before the start; False while another supervisor has it."""
        self._leadership.step()
        return self._leadership.is_held

    def start(self) -> None:
        """Start the code processes and the services."""
        self.host.start(watch=self._watch)
        self._leadership.step()
        self._leading.start()
        self._telling.start()
        for loop in self._loops.values():
            loop.start()

    def stop(self) -> None:
        """Stop the services, then the code processes with their runs."""
        for loop in (*self._loops.values(), self._leading, self._telling):
            loop.stop()
        self.host.stop(self._grace_seconds)
        self.instance.reconcile_runs()
        self._leadership.give_back()
        self._presence.end()

    def __enter__(self) -> Supervisor:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def announce(self, url: str) -> None:
        """Say where the page is."""
        self._url = url
        self._telling.wake()

    def _describe(self, now: float) -> SupervisorState:
        """What others are told of this supervisor."""
        return SupervisorState(
            process=Holder.here(str(Path(self.instance.root_directory).absolute())),
            command=self._command,
            started_at=self._started_at,
            seen_at=now,
            url=self._url,
            leads=self._leadership.is_held,
            locations={each.name: each.error.message if each.error else None for each in self.locations},
            services=self.heartbeats,
        )

    def _wake(self, name: str) -> None:
        if name in self._loops:
            self._loops[name].wake()

    def _code_changed(self) -> None:
        self._look_again()
        for listener in self._listeners:
            listener()

    def _look_again(self) -> None:
        self._scheduler.look_again()
        self._sensors.look_again()
        for loop in self._loops.values():
            loop.wake()

    def _run_ended(self, run_id: str, how: str) -> None:
        if how:
            self._queue.ended(run_id, how)
        self._wake("run queue")
        self._wake("backfills")

    def delete_run(self, run_id: str) -> None:
        """Remove a run that has ended, with its events and what it printed; what is known of assets stays.

        Raises :class:`DagsterRunNotFoundError`, and :class:`DagsterInvariantViolationError` for a run that has not ended.
        """
        run = self.instance.get_run_by_id(run_id)
        if run is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        if not run.is_finished:
            raise DagsterInvariantViolationError(
                f"The run {run_id} is {run.status.value}. Cancel it before it is deleted."
            )
        self._delete_run(run_id)

    def _delete_run(self, run_id: str) -> None:
        self.instance.delete_run(run_id)
        shutil.rmtree(Path(self.instance.logs_directory(run_id)), ignore_errors=True)

    def _change_partitions(self, requests: Sequence[DynamicPartitionsRequest]) -> None:
        for each in requests:
            if isinstance(each, AddDynamicPartitionsRequest):
                self.instance.add_dynamic_partitions(each.partitions_def_name, each.partition_keys)
            else:
                for key in each.partition_keys:
                    self.instance.delete_dynamic_partition(each.partitions_def_name, key)

    # -- what others ask -------------------------------------------------------------------------------------------

    @property
    def heartbeats(self) -> list[Heartbeat]:
        """How the services of this supervisor are."""
        return [loop.heartbeat for loop in (self._leading, *self._loops.values())]

    @property
    def is_leading(self) -> bool:
        """Whether its services are the ones at work, where several supervisors share a history."""
        return self._leadership.is_held

    @property
    def limits(self) -> RunLimits:
        """How many runs may be at work at once."""
        return self._limits

    def watch_code(self, listener: Callable[[], None]) -> None:
        """Call ``listener``, from any thread, whenever a location was loaded or could not be."""
        self._listeners.append(listener)

    @property
    def locations(self) -> list[LocationState]:
        """The code locations, as they stand now."""
        return self.host.locations()

    def wait_loaded(self, timeout_seconds: float) -> bool:
        """Wait until no location is being loaded; whether that was so in time."""
        return self.host.wait_loaded(timeout_seconds)

    def submit(self, run: DagsterRun) -> DagsterRun:
        """Queue a run; it begins as soon as the limits allow."""
        if run.status is not DagsterRunStatus.QUEUED:
            raise CodeHostError(f"The run {run.run_id} is {run.status.value}, and not to be queued.")
        added = self.instance.add_run(run)
        self._wake("run queue")
        return added

    def run_again(
        self, run_id: str, *, from_failure: bool = False, steps: Sequence[str] | None = None
    ) -> DagsterRun:
        """Queue a run like an earlier one; ``from_failure``: of what that one has not committed, or of some ``steps``.

        Raises :class:`DagsterRunNotFoundError`, and :class:`DagsterInvariantViolationError` for a run that did not fail.
        """
        if from_failure:
            ReexecutionOptions.from_failure(run_id, self.instance)
        earlier = self.instance.get_run_by_id(run_id)
        if earlier is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        tags = {name: value for name, value in earlier.tags.items() if name != RESUME_TAG}
        return self.submit(
            msgspec.structs.replace(
                earlier,
                run_id=new_run_id(),
                status=DagsterRunStatus.QUEUED,
                tags={**tags, RESUME_TAG: "true"} if from_failure else tags,
                parent_run_id=run_id,
                root_run_id=earlier.root_run_id or run_id,
                step_keys_to_execute=list(steps) if steps else None,
                location=self._location_of(earlier),
            )
        )

    def _location_of(self, run: DagsterRun) -> str:
        """The location of a run; of one that knows none, or one that is no more here, the one that has its job."""
        known = self.locations
        if any(each.name == run.location for each in known):
            return run.location
        for each in known:
            jobs = each.manifest.jobs if each.manifest is not None else []
            if any(job.name == run.job_name for job in jobs):
                return each.name
        return known[0].name if known else run.location

    def cancel(self, run_id: str) -> bool:
        """Cancel a run. Raises :class:`DagsterRunNotFoundError`."""
        if not self.instance.has_run(run_id):
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        return self.instance.cancel_run(run_id)

    def look_at_backfills(self) -> None:
        """Something about backfills has changed: go on with them at once."""
        self._wake("backfills")

    def reload(self, name: str) -> None:
        """Load the code of a location anew."""
        self.host.reload(name)

    def switch(
        self, automation: AutomationId, node: ScheduleNode | SensorNode, on: bool | None
    ) -> AutomationState:
        """Switch a schedule or sensor on or off; None: as its definition says."""
        state = switch(self.instance.storage.schedules, automation, node, on, self._clock.now())
        self._look_again()
        return state

    def look_at_launch(self, location: str, question: LaunchQuestion) -> LaunchAnswer:
        """How something can be launched: config, faults, steps. Raises :class:`CodeHostError`."""
        answer = self.host.ask(location, question).result(_SECONDS_TO_ANSWER)
        assert isinstance(answer, LaunchAnswer)
        return answer

    def look_at_value(self, location: str, question: ValueQuestion) -> ValueAnswer:
        """The beginning of a stored value. Raises :class:`CodeHostError`."""
        answer = self.host.ask(location, question).result(_SECONDS_TO_ANSWER)
        assert isinstance(answer, ValueAnswer)
        return answer

    def look_at_versions(self, location: str, question: VersionsQuestion) -> VersionsAnswer:
        """The versions of a stored value; one of them may be published again. Raises :class:`CodeHostError`."""
        answer = self.host.ask(location, question).result(_SECONDS_TO_ANSWER)
        assert isinstance(answer, VersionsAnswer)
        return answer

    def preview(self, request: TickRequest, timeout_seconds: float = 60.0) -> TickAnswer:
        """Evaluate a schedule or sensor, and record nothing."""
        for location in self.locations:
            sensors = location.manifest.sensors if location.manifest is not None else []
            for node in sensors:
                if node.automation is not None and request.automation == AutomationId(
                    location.name, node.name
                ):
                    return self._automation.preview(location, node, request)[0]
        return self.host.evaluate(request).result(timeout_seconds + 5.0)
