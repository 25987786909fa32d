"""Schedules that run the newest partition of a job as soon as its time is over."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from headwater.definitions.asset_job import UnresolvedAssetJobDefinition
from headwater.definitions.asset_partition import partitions_def_of
from headwater.definitions.job import JobDefinition
from headwater.definitions.partitioned_config import PartitionedConfig
from headwater.definitions.schedule import DefaultScheduleStatus, ScheduleDefinition
from headwater.definitions.schedule_context import ScheduleEvaluationContext
from headwater.model.errors import CheckError, DagsterInvalidDefinitionError
from headwater.model.partition import PARTITION_SET_TAG
from headwater.model.run_request import RunRequest, SkipReason
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_multi import MultiPartitionsDefinition
from headwater.planning.partition_static import StaticPartitionsDefinition
from headwater.planning.partition_time_window import TimeWindowPartitionsDefinition

PartitionedJob = JobDefinition | UnresolvedAssetJobDefinition


class UnresolvedPartitionedSchedule:
    """A schedule of asset partitions; which they are is known when all definitions are."""

    def __init__(
        self, name: str, job: PartitionedJob, build: Callable[[PartitionsDefinition], ScheduleDefinition]
    ) -> None:
        self.name = name
        self.job = job
        self._build = build

    def resolve(self, repository: Any) -> ScheduleDefinition:
        """The schedule of the partitions that the assets of the job have in ``repository``."""
        found: dict[PartitionsDefinition, None] = {}
        for key in repository.get_job(self.job.name).asset_keys or ():
            definition = partitions_def_of(repository.definition_by_key.get(key), key)
            if definition is not None:
                found[definition] = None
        if len(found) != 1:
            raise DagsterInvalidDefinitionError(
                f'The schedule "{self.name}" is for the partitions of the job "{self.job.name}", whose assets have '
                f"{len(found)} different ones. Give the job a partitions_def."
            )
        return self._build(next(iter(found)))


def build_schedule_from_partitioned_job(
    job: PartitionedJob,
    description: str | None = None,
    name: str | None = None,
    minute_of_hour: int | None = None,
    hour_of_day: int | None = None,
    day_of_week: int | None = None,
    day_of_month: int | None = None,
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
    tags: Mapping[str, str] | None = None,
    cron_schedule: str | None = None,
    execution_timezone: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    owners: Sequence[str] | None = None,
) -> Any:
    """A schedule that runs each time partition of a job when its time is over, or later on that day.

    Where there are more dimensions than time, all combinations with the new time are run. Static partitions need a
    ``cron_schedule`` and are all run by it.

    >>> daily = define_asset_job("daily", partitions_def=DailyPartitionsDefinition("2024-05-01"))
    >>> build_schedule_from_partitioned_job(daily, hour_of_day=3).cron_schedule
    '0 3 * * *'
    """
    label = name or f"{job.name}_schedule"
    times = (minute_of_hour, hour_of_day, day_of_week, day_of_month)

    def build(partitions_def: PartitionsDefinition) -> ScheduleDefinition:
        own_cron, timezone = _when(partitions_def, cron_schedule, execution_timezone, times)
        return ScheduleDefinition(
            label,
            job=job,
            cron_schedule=own_cron,
            execution_timezone=timezone,
            execution_fn=_Requests(job, partitions_def, tags).ask,
            metadata=metadata,
            owners=owners,
            description=description,
            default_status=default_status,
        )

    if job.partitions_def is not None:
        return build(job.partitions_def)
    if isinstance(job, UnresolvedAssetJobDefinition):
        return UnresolvedPartitionedSchedule(label, job, build)
    raise CheckError(
        f'The job "{job.name}" has no partitions: give it a partitions_def or partitioned config.'
    )


def _when(
    partitions_def: PartitionsDefinition,
    cron_schedule: str | None,
    timezone: str | None,
    times: Sequence[int | None],
) -> tuple[str, str | None]:
    of_time = _time_of(partitions_def)
    if of_time is None:
        if cron_schedule is None or not isinstance(partitions_def, StaticPartitionsDefinition):
            raise CheckError(f"A schedule for these partitions needs a cron_schedule: {partitions_def}")
        return cron_schedule, timezone
    if cron_schedule is not None and any(each is not None for each in times):
        raise CheckError("A schedule takes a cron_schedule, or a time of the hour or day, not both.")
    return cron_schedule or of_time.get_cron_schedule(*times), timezone or of_time.timezone


def _time_of(partitions_def: PartitionsDefinition) -> TimeWindowPartitionsDefinition | None:
    if isinstance(partitions_def, MultiPartitionsDefinition) and partitions_def.has_time_window_dimension:
        return partitions_def.time_window_partitions_def
    return partitions_def if isinstance(partitions_def, TimeWindowPartitionsDefinition) else None


class _Requests:
    """The function of the schedule: the runs that a tick asks for."""

    def __init__(
        self, job: PartitionedJob, partitions_def: PartitionsDefinition, tags: Mapping[str, str] | None
    ) -> None:
        self._job = job
        self._partitions_def = partitions_def
        self._config = PartitionedConfig.from_flexible_config(job.config, partitions_def)
        self._tags = tags or {}

    def ask(self, context: ScheduleEvaluationContext) -> Iterator[RunRequest | SkipReason]:
        """One run for each partition that is new at the time of the tick."""
        keys = self._new_keys(context.scheduled_execution_time)
        if not keys:
            yield SkipReason("No partition of the job has ended by then.")
        for key in keys:
            yield RunRequest(
                run_key=str(key),
                partition_key=str(key),
                run_config=dict(self._config.get_run_config_for_partition_key(key)),
                tags={
                    **self._tags,
                    **self._config.get_tags_for_partition_key(key, self._job.name),
                    PARTITION_SET_TAG: f"{self._job.name}_partition_set",
                },
            )

    def _new_keys(self, moment: datetime.datetime) -> Sequence[str]:
        of_time = _time_of(self._partitions_def)
        if of_time is None:
            return self._partitions_def.get_partition_keys(moment)
        newest = of_time.get_last_partition_window_ignoring_exclusions(moment)
        if newest is None or of_time.is_window_start_excluded(newest.start):
            return []
        key = of_time.get_partition_key(newest.start)
        if isinstance(self._partitions_def, MultiPartitionsDefinition):
            dimension = self._partitions_def.time_window_dimension.name
            return self._partitions_def.get_multipartition_keys_with_dimension_value(
                dimension, key, current_time=moment
            )
        return [key]
