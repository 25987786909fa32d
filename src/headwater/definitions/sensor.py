"""Sensors: functions that look at something now and then, and ask for runs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any

from headwater.definitions.sensor_context import SensorEvaluationContext
from headwater.definitions.tick_function import TickFunction
from headwater.definitions.tick_target import resolve_target
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
)
from headwater.model.manifest import SensorNode
from headwater.model.metadata import build_metadata
from headwater.model.partition import PARTITION_TAG
from headwater.model.run_request import RunRequest, SensorResult, SkipReason, TickResult, tag_text

SENSOR_NAME_TAG = "dagster/sensor_name"
DEFAULT_INTERVAL_SECONDS = 30

SensorReturnTypesUnion = (
    Iterator[RunRequest | SkipReason | SensorResult]
    | Sequence[RunRequest]
    | SkipReason
    | RunRequest
    | SensorResult
    | None
)


class DefaultSensorStatus(Enum):
    """Whether a sensor runs without anybody having switched it on."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class SensorDefinition:
    """Ask for runs when something has happened. Written with :func:`sensor`, or with ``evaluation_fn``.

    It is evaluated every ``minimum_interval_seconds`` at most. ``job``, ``jobs``, ``target`` or ``asset_selection``
    say what it may ask for. Raises :class:`DagsterInvalidDefinitionError` for arguments that contradict each other.

    >>> SensorDefinition(name="files", job_name="load", evaluation_fn=lambda context: None).minimum_interval_seconds
    30
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        evaluation_fn: Callable[..., Any] | None = None,
        job_name: str | None = None,
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        job: Any = None,
        jobs: Sequence[Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        asset_selection: Any = None,
        required_resource_keys: Iterable[str] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        target: Any = None,
        owners: Sequence[str] | None = None,
    ) -> None:
        if evaluation_fn is None:
            raise DagsterInvalidDefinitionError(
                "A sensor needs a function: SensorDefinition(evaluation_fn=...)."
            )
        self.name: str = name or str(getattr(evaluation_fn, "__name__", "sensor"))
        given = {
            "job_name": job_name,
            "job": job,
            "jobs": jobs,
            "asset_selection": asset_selection,
            "target": target,
        }
        said = [label for label, value in given.items() if value is not None]
        if len(said) > 1:
            raise DagsterInvalidDefinitionError(
                f'The sensor "{self.name}" has {" and ".join(said)}. Keep one of them.'
            )
        self.jobs: list[Any] = [resolve_target(each, self.name) for each in (jobs or ())]
        single = next((each for each in (job, asset_selection, target) if each is not None), None)
        if single is not None:
            self.jobs = [resolve_target(single, self.name)]
        self.asset_selection = asset_selection
        self._job_name = job_name
        self.minimum_interval_seconds = (
            DEFAULT_INTERVAL_SECONDS if minimum_interval_seconds is None else minimum_interval_seconds
        )
        self.description = description
        self.default_status = default_status
        self.tags: Mapping[str, str] = {key: tag_text(value) for key, value in (tags or {}).items()}
        self.metadata: Mapping[str, Any] = build_metadata(metadata)
        self.owners = list(owners or ())
        self._function = TickFunction(evaluation_fn, f'The sensor "{self.name}"')
        self.required_resource_keys = frozenset(required_resource_keys or ()) | self._function.resource_names

    # -- what it declares ----------------------------------------------------------------------------------------

    @property
    def job_names(self) -> list[str]:
        """The jobs that it may ask for."""
        return [self._job_name] if self._job_name is not None else [each.name for each in self.jobs]

    @property
    def job_name(self) -> str | None:
        """The job that it asks for, if there is one only."""
        return self.job_names[0] if len(self.job_names) == 1 else None

    @property
    def job(self) -> Any:
        """The job that it asks for. Raises :class:`DagsterInvalidDefinitionError` when it brings none, or several."""
        if len(self.jobs) != 1:
            raise DagsterInvalidDefinitionError(
                f'The sensor "{self.name}" has {len(self.jobs)} jobs, not one.'
            )
        return self.jobs[0]

    @property
    def has_jobs(self) -> bool:
        """Whether the sensor brings its jobs itself."""
        return bool(self.jobs)

    def spec(self) -> SensorNode:
        """What leaves the process."""
        return SensorNode(
            name=self.name,
            job_names=self.job_names,
            minimum_interval_seconds=self.minimum_interval_seconds,
            default_status=self.default_status.value,
            description=self.description,
            tags=dict(self.tags),
        )

    def with_updated_jobs(self, new_jobs: Sequence[Any]) -> SensorDefinition:
        """The same sensor for other jobs."""
        other = copy.copy(self)
        other.jobs, other._job_name = [resolve_target(each, self.name) for each in new_jobs], None
        return other

    def with_updated_job(self, new_job: Any) -> SensorDefinition:
        """The same sensor for another job."""
        return self.with_updated_jobs([new_job])

    def with_attributes(
        self, *, jobs: Sequence[Any] | None = None, metadata: Mapping[str, Any] | None = None
    ) -> SensorDefinition:
        """The same sensor with other jobs or metadata."""
        other = self.with_updated_jobs(jobs) if jobs is not None else copy.copy(self)
        if metadata is not None:
            other.metadata = build_metadata(metadata)
        return other

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    # -- evaluating ----------------------------------------------------------------------------------------------

    def evaluate_tick(self, context: SensorEvaluationContext) -> TickResult:
        """What the sensor asks for now. What its function raises passes through.

        Raises :class:`CheckError` and :class:`DagsterInvariantViolationError` for what a sensor cannot give.
        """
        return self._tick_result(list(_flat(self._evaluate(context))), context)

    def _evaluate(self, context: SensorEvaluationContext) -> Any:
        """What the function gives. Kinds of sensors that look at something themselves say here what."""
        return self._function.evaluate(context)

    def _tick_result(self, given: list[Any], context: SensorEvaluationContext) -> TickResult:
        for each in given:
            if not isinstance(each, (RunRequest, SkipReason, SensorResult)):
                raise DagsterInvariantViolationError(
                    f'The sensor "{self.name}" gave {each!r}. It gives RunRequests, a SkipReason or a SensorResult.'
                )
        result = given[0] if given and isinstance(given[0], SensorResult) else None
        if result is not None and len(given) > 1:
            raise DagsterInvariantViolationError(
                f'The sensor "{self.name}" gave a SensorResult and something else. Put all of it into the result.'
            )
        if result is not None and result.cursor is not None:
            if context.cursor_updated:
                raise DagsterInvariantViolationError(
                    f'The sensor "{self.name}" set its cursor twice: in the SensorResult, and by update_cursor().'
                )
            context.update_cursor(result.cursor)
        requests = result.run_requests if result else [each for each in given if isinstance(each, RunRequest)]
        skips = [each for each in given if isinstance(each, SkipReason)]
        if requests and skips:
            raise CheckError(f'The sensor "{self.name}" wants to skip and to run at once.')
        skip = (result.skip_reason if result else None) or (skips[0] if skips else None)
        message = skip.skip_message if skip is not None else None
        if not given:
            message = "Sensor function returned an empty result"
        return TickResult(
            run_requests=[self._checked(each) for each in requests],
            skip_message=message,
            cursor=context.cursor,
            dynamic_partitions_requests=result.dynamic_partitions_requests if result else [],
            asset_events=result.asset_events if result else [],
        )

    def _checked(self, request: RunRequest) -> RunRequest:
        """The request, with the sensor's own tag. Raises when it is not clear which job it means."""
        names = self.job_names
        if request.job_name is None and len(names) != 1:
            raise DagsterInvariantViolationError(
                f'The sensor "{self.name}" has {len(names) or "no"} jobs: give each RunRequest a job_name'
                f"{' of ' + ', '.join(names) if names else ', and the sensor its jobs'}."
            )
        if request.job_name is not None and request.job_name not in names:
            raise DagsterInvariantViolationError(
                f'The sensor "{self.name}" asks for the job "{request.job_name}", which is none of its jobs '
                f"({', '.join(names) or 'none'}). Add it to jobs=[...]."
            )
        own = {SENSOR_NAME_TAG: self.name}
        if request.partition_key is not None:
            own[PARTITION_TAG] = request.partition_key
        return request.with_replaced_attrs(tags={**request.tags, **own})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself, as a test does: with a context, and resources by name or in the context.

        Raises :class:`DagsterInvalidInvocationError` for what is missing or too much.
        """
        if args and args[0] is None and self._function.context_name is not None:
            raise DagsterInvalidInvocationError(
                f'The sensor "{self.name}" takes a context, and None was given. Use build_sensor_context().'
            )
        return self._function.invoke(args, kwargs)


def _flat(given: Any) -> Iterator[Any]:
    """What a function gives, one by one."""
    single = isinstance(given, (RunRequest, SkipReason, SensorResult, str)) or not isinstance(given, Iterable)
    for each in [given] if single else given:
        if each is not None:
            yield each


def sensor(
    job_name: str | None = None,
    *,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    asset_selection: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    target: Any = None,
    owners: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], SensorDefinition]:
    """Make a sensor of a function that gives run requests, a reason to skip, or a :class:`SensorResult`.

    >>> @sensor(job=load_file, minimum_interval_seconds=10)
    ... def new_files(context):
    ...     for path in sorted(Path("inbox").glob("*.csv")):
    ...         yield RunRequest(run_key=path.name)
    """

    def decorate(function: Callable[..., Any]) -> SensorDefinition:
        return SensorDefinition(
            name or function.__name__,
            evaluation_fn=function,
            job_name=job_name,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description or function.__doc__,
            job=job,
            jobs=jobs,
            default_status=default_status,
            asset_selection=asset_selection,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
            target=target,
            owners=owners,
        )

    return decorate
