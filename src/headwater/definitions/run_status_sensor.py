"""Sensors that look at runs: they are told of each run that has come to a status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from headwater.definitions.run_status_sensor_context import RunStatusSensorContext
from headwater.definitions.sensor import DefaultSensorStatus, SensorDefinition
from headwater.definitions.sensor_context import SensorEvaluationContext
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.event import DagsterEventType, EventLogRecord, EventRecordsFilter
from headwater.model.run import DagsterRun, DagsterRunStatus
from headwater.model.run_request import TickResult
from headwater.model.selector import is_selected

_EVENTS = {
    DagsterRunStatus.STARTED: DagsterEventType.RUN_START,
    DagsterRunStatus.SUCCESS: DagsterEventType.RUN_SUCCESS,
    DagsterRunStatus.FAILURE: DagsterEventType.RUN_FAILURE,
    DagsterRunStatus.CANCELED: DagsterEventType.RUN_CANCELED,
    DagsterRunStatus.CANCELING: DagsterEventType.RUN_CANCELING,
    DagsterRunStatus.STARTING: DagsterEventType.RUN_STARTING,
    DagsterRunStatus.QUEUED: DagsterEventType.RUN_ENQUEUED,
}
_RUNS_AT_ONCE = 100


class RunStatusSensorDefinition(SensorDefinition):
    """A sensor whose function is called for each run that has come to ``run_status`` since the last evaluation.

    The first evaluation only notes where the history ends. One run for which the function raises does not keep it
    from being told of the others. Raises :class:`DagsterInvalidDefinitionError` for a status which no event says.
    """

    def __init__(
        self,
        name: str,
        run_status: DagsterRunStatus,
        run_status_sensor_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        monitored_jobs: Sequence[Any] | None = None,
        monitor_all_code_locations: bool | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        request_job: Any = None,
        request_jobs: Sequence[Any] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        required_resource_keys: Iterable[str] | None = None,
    ) -> None:
        if run_status not in _EVENTS:
            raise DagsterInvalidDefinitionError(
                f'The sensor "{name}" waits for runs that are {run_status}. It may wait for '
                f"{', '.join(each.name for each in _EVENTS)}."
            )
        if monitor_all_code_locations and monitored_jobs:
            raise DagsterInvalidDefinitionError(
                f'The sensor "{name}" monitors all code locations and some jobs only. Keep one of both.'
            )
        super().__init__(
            name,
            evaluation_fn=run_status_sensor_fn,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=request_job,
            jobs=request_jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        self.run_status = run_status
        self.monitored_jobs = list(monitored_jobs or ())
        self.monitor_all_code_locations = bool(monitor_all_code_locations)

    def evaluate_tick(self, context: SensorEvaluationContext) -> TickResult:
        """What the function asks for, of all runs of which it had not been told. Its failures stand in the result."""
        if context.cursor is None:
            context.update_cursor(str(self._newest(context)))
            return TickResult(skip_message="The sensor begins to look at runs now.", cursor=context.cursor)
        results, failures, seen = [], [], 0
        for record in self._records(context):
            context.update_cursor(str(record.storage_id))
            run = context.instance.get_run_by_id(record.run_id)
            if run is None or not self._monitors(run, context):
                continue
            seen += 1
            try:
                results.append(self._tell(run, record, context))
            except Exception as error:  # noqa: BLE001 - told in the tick; the other runs are looked at all the same
                failures.append(f"For run {run.run_id}: {type(error).__name__}: {error}")
        requests = [each for result in results for each in result.run_requests]
        return TickResult(
            run_requests=requests,
            skip_message=None if requests else _skip_message(seen, results),
            cursor=context.cursor,
            dynamic_partitions_requests=[
                each for result in results for each in result.dynamic_partitions_requests
            ],
            asset_events=[each for result in results for each in result.asset_events],
            failures=failures,
        )

    def _tell(self, run: DagsterRun, record: EventLogRecord, context: SensorEvaluationContext) -> TickResult:
        told = RunStatusSensorContext(
            self.name,
            run,
            record.event,
            context.instance,
            resource_defs=context.resource_defs,
            logger=context.log,
            repository_def=context.repository_def if context.has_repository else None,
        )
        told = told.for_run_failure() if self.run_status is DagsterRunStatus.FAILURE else told
        with told:
            given = self._function.evaluate(told)
            return self._tick_result(list(_each(given)), context)

    def _newest(self, context: SensorEvaluationContext) -> int:
        wanted = EventRecordsFilter(event_type=_EVENTS[self.run_status])
        newest = context.instance.get_event_records(wanted, limit=1)
        return newest[0].storage_id if newest else 0

    def _records(self, context: SensorEvaluationContext) -> Sequence[EventLogRecord]:
        wanted = EventRecordsFilter(
            event_type=_EVENTS[self.run_status], after_cursor=int(context.cursor or 0)
        )
        records: Sequence[EventLogRecord] = context.instance.get_event_records(
            wanted, limit=_RUNS_AT_ONCE, ascending=True
        )
        return records

    def _monitors(self, run: DagsterRun, context: SensorEvaluationContext) -> bool:
        if self.monitored_jobs:
            return any(is_selected(run, each) for each in self.monitored_jobs)
        if run.job_name in self.job_names:
            return False  # else the run that the sensor asks for would call for the next one, for ever
        return self.monitor_all_code_locations or not context.has_repository or _is_of(run, context)


def _is_of(run: DagsterRun, context: SensorEvaluationContext) -> bool:
    """Whether the run's job is of the definitions among which the sensor lives."""
    repository = context.repository_def
    return bool(repository.has_job(run.job_name)) or run.job_name.startswith("__")


def _each(given: Any) -> Iterator[Any]:
    if given is None:
        return
    if isinstance(given, Iterable) and not isinstance(given, str):
        yield from (each for each in given if each is not None)
    else:
        yield given


def _skip_message(seen: int, results: Sequence[TickResult]) -> str | None:
    if not seen:
        return "No run has come to that status since the last evaluation."
    messages = [result.skip_message for result in results if result.skip_message]
    return messages[0] if len(messages) == 1 else f"Told of {seen} runs."


def run_status_sensor(
    run_status: DagsterRunStatus,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    job_selection: Sequence[Any] | None = None,
    monitor_all_code_locations: bool | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Sequence[Any] | None = None,
    monitor_all_repositories: bool | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], RunStatusSensorDefinition]:
    """Make a sensor of a function that is told of each run which has come to a status.

    Runs of the jobs of ``monitored_jobs``, else of all jobs beside the sensor. ``request_job`` is what it may ask for.

    >>> @run_status_sensor(run_status=DagsterRunStatus.SUCCESS, request_job=report)
    ... def after_success(context):
    ...     return RunRequest(run_key=context.dagster_run.run_id)
    """

    def decorate(function: Callable[..., Any]) -> RunStatusSensorDefinition:
        return RunStatusSensorDefinition(
            name or function.__name__,
            run_status,
            function,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description or function.__doc__,
            monitored_jobs=monitored_jobs if monitored_jobs is not None else job_selection,
            monitor_all_code_locations=monitor_all_code_locations or monitor_all_repositories,
            default_status=default_status,
            request_job=request_job,
            request_jobs=request_jobs,
            tags=tags,
            metadata=metadata,
        )

    return decorate


@overload
def run_failure_sensor(name: Callable[..., Any]) -> RunStatusSensorDefinition: ...


@overload
def run_failure_sensor(
    name: str | None = ...,
    minimum_interval_seconds: int | None = ...,
    description: str | None = ...,
    monitored_jobs: Sequence[Any] | None = ...,
    job_selection: Sequence[Any] | None = ...,
    monitor_all_code_locations: bool | None = ...,
    default_status: DefaultSensorStatus = ...,
    request_job: Any = ...,
    request_jobs: Sequence[Any] | None = ...,
    monitor_all_repositories: bool | None = ...,
    tags: Mapping[str, str] | None = ...,
    metadata: Mapping[str, Any] | None = ...,
) -> Callable[[Callable[..., Any]], RunStatusSensorDefinition]: ...


def run_failure_sensor(
    name: str | Callable[..., Any] | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    job_selection: Sequence[Any] | None = None,
    monitor_all_code_locations: bool | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Sequence[Any] | None = None,
    monitor_all_repositories: bool | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Any:
    """Make a sensor of a function that is told of each run which has failed.

    >>> @run_failure_sensor
    ... def alarm(context):
    ...     send_message(context.failure_event.message)
    """
    if callable(name):
        return run_status_sensor(DagsterRunStatus.FAILURE)(name)
    return run_status_sensor(
        DagsterRunStatus.FAILURE,
        name=name,
        minimum_interval_seconds=minimum_interval_seconds,
        description=description,
        monitored_jobs=monitored_jobs,
        job_selection=job_selection,
        monitor_all_code_locations=monitor_all_code_locations,
        default_status=default_status,
        request_job=request_job,
        request_jobs=request_jobs,
        monitor_all_repositories=monitor_all_repositories,
        tags=tags,
        metadata=metadata,
    )
