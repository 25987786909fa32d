"""Schedules: when a job runs, as cron expressions, and with what."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any

from headwater.definitions.asset_job import define_asset_job
from headwater.definitions.run_config import RunConfig
from headwater.definitions.schedule_context import ScheduleEvaluationContext
from headwater.definitions.tick_function import TickFunction
from headwater.model.errors import (
    CheckError,
    DagsterError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    ScheduleExecutionError,
)
from headwater.model.manifest import ScheduleNode
from headwater.model.metadata import build_metadata
from headwater.model.partition import PARTITION_TAG
from headwater.model.run_request import RunRequest, SkipReason, TickResult, tag_text
from headwater.planning.cron import check_cron, check_timezone
from headwater.planning.schedule_policy import read_schedule_policy

SCHEDULE_NAME_TAG = "dagster/schedule_name"


class DefaultScheduleStatus(Enum):
    """Whether a schedule runs without anybody having switched it on."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class ScheduleDefinition:
    """Run a job at the times of one or several cron expressions.

    ``run_config`` and ``tags`` (or functions of the context, ``run_config_fn`` and ``tags_fn``) are the run's;
    ``should_execute`` may say no. ``target`` is a job or a selection of assets. A function of one's own is written
    with :func:`schedule`.

    Raises :class:`DagsterInvalidDefinitionError` for a cron expression or a time zone that does not exist, and for
    arguments that contradict each other.

    >>> ScheduleDefinition(job_name="hackernews_job", cron_schedule="0 * * * *").name
    'hackernews_job_schedule'
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        cron_schedule: str | Sequence[str] | None = None,
        job_name: str | None = None,
        run_config: Any = None,
        run_config_fn: Callable[..., Any] | None = None,
        tags: Mapping[str, str] | None = None,
        tags_fn: Callable[..., Any] | None = None,
        should_execute: Callable[..., Any] | None = None,
        environment_vars: Mapping[str, str] | None = None,
        execution_timezone: str | None = None,
        execution_fn: Callable[..., Any] | None = None,
        description: str | None = None,
        job: Any = None,
        default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
        required_resource_keys: Iterable[str] | None = None,
        target: Any = None,
        metadata: Mapping[str, Any] | None = None,
        owners: Sequence[str] | None = None,
    ) -> None:
        self.job = job if job is not None else _job_of_target(target, name)
        self._job_name = job_name or getattr(self.job, "name", None)
        if self._job_name is None:
            raise DagsterInvalidDefinitionError(
                "A schedule needs a job: ScheduleDefinition(job=..., cron_schedule=...)."
            )
        self.name = name or f"{self._job_name}_schedule"
        self.cron_schedule = _checked_cron(cron_schedule, self.name)
        if execution_timezone is not None:
            check_timezone(execution_timezone, f'The schedule "{self.name}"')
        if tags and tags_fn is not None:
            raise DagsterInvalidDefinitionError(f'The schedule "{self.name}" has tags and tags_fn. Keep one.')
        if execution_fn is not None and (run_config or run_config_fn or tags or tags_fn):
            raise DagsterInvalidDefinitionError(
                f'The schedule "{self.name}" has execution_fn, which makes whole run requests, and run_config or '
                "tags. Put them into the requests."
            )
        self.execution_timezone = execution_timezone
        self.run_config = run_config
        self.run_config_fn = run_config_fn
        self.tags: Mapping[str, str] = {key: tag_text(value) for key, value in (tags or {}).items()}
        self.tags_fn = tags_fn
        self.should_execute = should_execute
        self.environment_vars: Mapping[str, str] = environment_vars or {}
        self.execution_fn = execution_fn
        self.description = description
        self.default_status = default_status
        self.metadata: Mapping[str, Any] = build_metadata(metadata)
        self.owners = list(owners or ())
        self._function = TickFunction(execution_fn, f'The schedule "{self.name}"') if execution_fn else None
        self._is_decorated = False
        of_function = self._function.resource_names if self._function is not None else frozenset()
        self.required_resource_keys = frozenset(required_resource_keys or ()) | of_function

    # -- what it declares ----------------------------------------------------------------------------------------

    @property
    def job_name(self) -> str:
        """The job that the schedule runs."""
        assert self._job_name is not None  # the constructor has seen to it
        return self._job_name

    @property
    def target(self) -> Any:
        """The job that the schedule runs."""
        return self.job

    @property
    def has_job(self) -> bool:
        """Whether the schedule brings its job itself, and does not only name it."""
        return self.job is not None

    @property
    def cron_schedules(self) -> list[str]:
        """All cron expressions."""
        return [self.cron_schedule] if isinstance(self.cron_schedule, str) else list(self.cron_schedule)

    def spec(self) -> ScheduleNode:
        """What leaves the process."""
        read_schedule_policy(self.tags, self.name)  # what makes no sense is told when the code is loaded
        return ScheduleNode(
            name=self.name,
            cron_schedules=self.cron_schedules,
            job_name=self.job_name,
            timezone=self.execution_timezone or "UTC",
            default_status=self.default_status.value,
            description=self.description,
            tags=dict(self.tags),
        )

    def with_updated_job(self, new_job: Any) -> ScheduleDefinition:
        """The same schedule for another job."""
        other = copy.copy(self)
        other.job, other._job_name = new_job, new_job.name
        return other

    def with_attributes(self, *, metadata: Mapping[str, Any] | None = None) -> ScheduleDefinition:
        """The same schedule with other metadata."""
        other = copy.copy(self)
        if metadata is not None:
            other.metadata = build_metadata(metadata)
        return other

    def __repr__(self) -> str:
        return f"ScheduleDefinition({self.name!r}, {self.cron_schedule!r})"

    # -- evaluating ----------------------------------------------------------------------------------------------

    def evaluate_tick(self, context: ScheduleEvaluationContext) -> TickResult:
        """The runs that the schedule wants at the time of ``context``, or why it wants none.

        Raises :class:`ScheduleExecutionError` where a function of the user's raises.
        """
        try:
            if self.should_execute is not None and not _call(self.should_execute, context):
                return TickResult(skip_message=f"should_execute of {self.name} said no.")
            wanted = [self._request(context)] if self._function is None else list(self._results(context))
        except DagsterError:
            raise
        except Exception as error:
            raise ScheduleExecutionError(
                f'The schedule "{self.name}" raised {type(error).__name__}: {error}', user_exception=error
            ) from error
        return self._tick_result(wanted)

    def _request(self, context: ScheduleEvaluationContext) -> RunRequest:
        config = _call(self.run_config_fn, context) if self.run_config_fn else self.run_config
        return RunRequest(run_config=config, tags=self._tags(context))

    def _tags(self, context: ScheduleEvaluationContext) -> Mapping[str, str]:
        return (_call(self.tags_fn, context) or {}) if self.tags_fn else self.tags

    def _results(self, context: ScheduleEvaluationContext) -> Iterator[Any]:
        """What the function gives, one by one; plain config becomes a request with it."""
        assert self._function is not None
        result = self._function.evaluate(context)
        single = isinstance(result, (Mapping, RunConfig, RunRequest, SkipReason)) or not isinstance(
            result, Iterable
        )
        for each in [result] if single else result:
            if isinstance(each, (Mapping, RunConfig)):
                yield RunRequest(run_config=each, tags=self._tags(context))
            elif each is not None:
                yield each

    def _tick_result(self, wanted: list[Any]) -> TickResult:
        for each in wanted:
            if not isinstance(each, (RunRequest, SkipReason)):
                raise CheckError(
                    f'The schedule "{self.name}" gave {each!r}. It gives a RunRequest, a SkipReason, or run config.'
                )
        requests = [each for each in wanted if isinstance(each, RunRequest)]
        skips = [each for each in wanted if isinstance(each, SkipReason)]
        if len(requests) > 1 and any(each.run_key is None for each in requests):
            raise CheckError(
                f'The schedule "{self.name}" wants several runs: give each RunRequest a run_key.'
            )
        if requests and skips:
            raise CheckError(f'The schedule "{self.name}" wants to skip and to run at once.')
        message = skips[0].skip_message if skips else None
        if not wanted:
            message = f'The schedule "{self.name}" gave nothing.'
        return TickResult(run_requests=[self._tagged(each) for each in requests], skip_message=message)

    def _tagged(self, request: RunRequest) -> RunRequest:
        own = {SCHEDULE_NAME_TAG: self.name}
        if request.partition_key is not None:
            own[PARTITION_TAG] = request.partition_key
        return request.with_replaced_attrs(tags={**request.tags, **own})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself, as a test does. Only for what :func:`schedule` made."""
        if self._function is None or not self._is_decorated:
            raise DagsterInvalidInvocationError(
                f'The schedule "{self.name}" has no function to call. Use evaluate_tick(build_schedule_context()).'
            )
        return self._function.invoke(args, kwargs)


def schedule(
    cron_schedule: str | Sequence[str],
    *,
    job_name: str | None = None,
    name: str | None = None,
    tags: Mapping[str, str] | None = None,
    tags_fn: Callable[..., Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    should_execute: Callable[..., Any] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    execution_timezone: str | None = None,
    description: str | None = None,
    job: Any = None,
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
    required_resource_keys: AbstractSet[str] | None = None,
    target: Any = None,
    owners: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], ScheduleDefinition]:
    """Make a schedule of a function that gives run requests, run config, or a reason to skip.

    ``tags`` are those of runs for which the function gives plain config.

    >>> @schedule(job=report, cron_schedule="0 2 * * *", execution_timezone="Europe/Berlin")
    ... def nightly(context):
    ...     return RunRequest(run_key=str(context.scheduled_execution_time))
    """

    def decorate(function: Callable[..., Any]) -> ScheduleDefinition:
        made = ScheduleDefinition(
            name or function.__name__,
            cron_schedule=cron_schedule,
            job_name=job_name,
            should_execute=should_execute,
            environment_vars=environment_vars,
            execution_timezone=execution_timezone,
            execution_fn=function,
            description=description or function.__doc__,
            job=job,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            target=target,
            metadata=metadata,
            owners=owners,
        )
        if tags and tags_fn is not None:
            raise DagsterInvalidDefinitionError(f'The schedule "{made.name}" has tags and tags_fn. Keep one.')
        made.tags = {key: tag_text(value) for key, value in (tags or {}).items()}
        made.tags_fn = tags_fn
        made._is_decorated = True
        return made

    return decorate


def _job_of_target(target: Any, name: str | None) -> Any:
    """The job that a target stands for; a selection of assets becomes a job of its own."""
    if target is None or hasattr(target, "name"):
        return target
    if name is None:
        raise CheckError("A schedule whose target is a selection of assets needs a name.")
    return define_asset_job(f"__anonymous_asset_job_{name}", selection=target)


def _checked_cron(cron_schedule: str | Sequence[str] | None, name: str) -> str | list[str]:
    if not cron_schedule:
        raise DagsterInvalidDefinitionError(f'The schedule "{name}" needs a cron_schedule, e.g. "0 * * * *".')
    for expression in [cron_schedule] if isinstance(cron_schedule, str) else cron_schedule:
        check_cron(expression, f'The schedule "{name}"')
    return cron_schedule if isinstance(cron_schedule, str) else list(cron_schedule)


def _call(function: Callable[..., Any], context: ScheduleEvaluationContext) -> Any:
    """A function of the context, which may do without it."""
    return TickFunction(function, "The function").evaluate(context)
