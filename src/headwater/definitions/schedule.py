"""Schedules: when a job runs, as cron expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.manifest import ScheduleNode
from headwater.planning.cron import check_cron, check_timezone


class DefaultScheduleStatus(Enum):
    """Whether a schedule runs without anybody having switched it on."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class ScheduleDefinition:
    """Run a job at the times of one or several cron expressions.

    Raises :class:`DagsterInvalidDefinitionError` for a cron expression or a time zone that does not exist.

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
        required_resource_keys: Any = None,
        target: Any = None,
        metadata: Mapping[str, Any] | None = None,
        owners: Sequence[str] | None = None,
    ) -> None:
        self.job = job if job is not None else target
        found = job_name or getattr(self.job, "name", None)
        if found is None and self.job is None:
            raise DagsterInvalidDefinitionError("A schedule needs a job: ScheduleDefinition(job=..., cron_schedule=...).")
        self._job_name = found
        self.name = name or (f"{found}_schedule" if found else "schedule")
        if cron_schedule is None:
            raise DagsterInvalidDefinitionError(f'The schedule "{self.name}" needs a cron_schedule, e.g. "0 * * * *".')
        self.cron_schedule = cron_schedule
        for expression in self.cron_schedules:
            check_cron(expression, f'The schedule "{self.name}"')
        if execution_timezone is not None:
            check_timezone(execution_timezone, f'The schedule "{self.name}"')
        self.execution_timezone = execution_timezone
        self.run_config = run_config
        self.run_config_fn = run_config_fn
        self.tags: Mapping[str, str] = tags or {}
        self.tags_fn = tags_fn
        self.should_execute = should_execute
        self.environment_vars: Mapping[str, str] = environment_vars or {}
        self.execution_fn = execution_fn
        self.description = description
        self.default_status = default_status
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.metadata: Mapping[str, Any] = metadata or {}

    @property
    def job_name(self) -> str:
        """The job that the schedule runs."""
        if self._job_name is None:
            raise DagsterInvalidDefinitionError(f'The schedule "{self.name}" selects assets and names no job.')
        return self._job_name

    @property
    def cron_schedules(self) -> list[str]:
        """All cron expressions."""
        return [self.cron_schedule] if isinstance(self.cron_schedule, str) else list(self.cron_schedule or ())

    def spec(self) -> ScheduleNode:
        """What leaves the process."""
        return ScheduleNode(
            name=self.name,
            cron_schedules=self.cron_schedules,
            job_name=self.job_name,
            timezone=self.execution_timezone or "UTC",
            default_status=self.default_status.value,
            description=self.description,
            tags=dict(self.tags),
        )

    def __repr__(self) -> str:
        return f"ScheduleDefinition({self.name!r}, {self.cron_schedule!r})"
