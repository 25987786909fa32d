"""Config and tags of a run, made from the partition of the run."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from headwater.definitions.config_mapping import ConfigMapping
from headwater.definitions.run_config import run_config_dict
from headwater.model.errors import CheckError, DagsterInvalidDefinitionError
from headwater.model.partition import Partition
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_dynamic import DynamicPartitionsDefinition
from headwater.planning.partition_period import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from headwater.planning.partition_static import StaticPartitionsDefinition
from headwater.planning.partition_time_window import Exclusion, Moment, TimeWindowPartitionsDefinition

Tags: TypeAlias = Mapping[str, str]
ConfigOfKey: TypeAlias = Callable[[str], Any]
ConfigOfWindow: TypeAlias = Callable[[datetime.datetime, datetime.datetime], Any]
TagsOfKey: TypeAlias = Callable[[str], Tags]
TagsOfWindow: TypeAlias = Callable[[datetime.datetime, datetime.datetime], Tags]


class PartitionedConfig:
    """Partitions, and the run config (and tags) of each: ``run_config_for_partition_key_fn`` makes it of the key.

    Older code gives functions of a ``Partition``.

    >>> regions = StaticPartitionsDefinition(["eu", "us"])
    >>> config = PartitionedConfig(regions, run_config_for_partition_key_fn=lambda key: {"ops": {"sum": {"config": key}}})
    >>> config.get_run_config_for_partition_key("eu")
    {'ops': {'sum': {'config': 'eu'}}}
    """

    def __init__(
        self,
        partitions_def: PartitionsDefinition,
        run_config_for_partition_fn: Callable[[Partition], Any] | None = None,
        decorated_fn: Callable[..., Any] | None = None,
        tags_for_partition_fn: Callable[[Partition], Tags] | None = None,
        run_config_for_partition_key_fn: ConfigOfKey | None = None,
        tags_for_partition_key_fn: TagsOfKey | None = None,
    ) -> None:
        if (run_config_for_partition_fn is None) == (run_config_for_partition_key_fn is None):
            raise CheckError(
                "Partitioned config takes run_config_for_partition_key_fn, or the older function; one of both."
            )
        if tags_for_partition_fn is not None and tags_for_partition_key_fn is not None:
            raise CheckError(
                "Partitioned config takes tags_for_partition_key_fn or the older function, not both."
            )
        self.partitions_def = partitions_def
        self.run_config_for_partition_fn = run_config_for_partition_fn
        self.run_config_for_partition_key_fn = run_config_for_partition_key_fn
        self.tags_for_partition_fn = tags_for_partition_fn
        self.tags_for_partition_key_fn = tags_for_partition_key_fn
        self._decorated = decorated_fn

    def get_partition_keys(self, current_time: datetime.datetime | None = None) -> Sequence[str]:
        """The keys of the partitions."""
        return self.partitions_def.get_partition_keys(current_time)

    def get_run_config_for_partition_key(self, partition_key: str) -> Mapping[str, Any]:
        """The run config of a partition."""
        if self.run_config_for_partition_key_fn is not None:
            made = self.run_config_for_partition_key_fn(partition_key)
        else:
            assert self.run_config_for_partition_fn is not None
            made = self.run_config_for_partition_fn(Partition(partition_key))
        return run_config_dict(made) if made is not None else {}

    def get_tags_for_partition_key(self, partition_key: str, job_name: str | None = None) -> Tags:
        """The tags of a run of a partition: those of the partition itself, and those that the function makes."""
        own: Tags = {}
        if self.tags_for_partition_key_fn is not None:
            own = self.tags_for_partition_key_fn(partition_key)
        elif self.tags_for_partition_fn is not None:
            own = self.tags_for_partition_fn(Partition(partition_key))
        return {**own, **self.partitions_def.get_tags_for_partition_key(partition_key)}

    @classmethod
    def from_flexible_config(cls, config: Any, partitions_def: PartitionsDefinition) -> PartitionedConfig:
        """Config that a job with partitions may be given: partitioned already, or the same for every partition."""
        if isinstance(config, PartitionedConfig):
            if config.partitions_def != partitions_def:
                raise CheckError("A job and its config have different partitions. Give them to one of both.")
            return config
        if isinstance(config, ConfigMapping):
            raise DagsterInvalidDefinitionError(
                "A job with partitions cannot have a config mapping. Give it config, or partitioned config."
            )
        return cls(partitions_def, run_config_for_partition_key_fn=lambda _: config or {})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the decorated function itself, as a test does."""
        if self._decorated is None:
            raise CheckError(
                "This partitioned config was made without a decorator and has no function to call."
            )
        return self._decorated(*args, **kwargs)


def partitioned_config(
    partitions_def: PartitionsDefinition, tags_for_partition_key_fn: TagsOfKey | None = None
) -> Callable[[ConfigOfKey], PartitionedConfig]:
    """Make partitioned config of a function that makes run config of a partition key.

    >>> @partitioned_config(StaticPartitionsDefinition(["eu", "us"]))
    ... def by_region(partition_key: str):
    ...     return {"ops": {"sum": {"config": {"region": partition_key}}}}
    """

    def decorate(function: ConfigOfKey) -> PartitionedConfig:
        return PartitionedConfig(
            partitions_def,
            decorated_fn=function,
            run_config_for_partition_key_fn=function,
            tags_for_partition_key_fn=tags_for_partition_key_fn,
        )

    return decorate


def static_partitioned_config(
    partition_keys: Sequence[str],
    tags_for_partition_fn: TagsOfKey | None = None,
    tags_for_partition_key_fn: TagsOfKey | None = None,
) -> Callable[[ConfigOfKey], PartitionedConfig]:
    """Make partitioned config of a function of the key, for listed keys."""
    return partitioned_config(
        StaticPartitionsDefinition(partition_keys), tags_for_partition_key_fn or tags_for_partition_fn
    )


def dynamic_partitioned_config(
    partition_fn: Callable[[datetime.datetime | None], Sequence[str]],
    tags_for_partition_fn: TagsOfKey | None = None,
    tags_for_partition_key_fn: TagsOfKey | None = None,
) -> Callable[[ConfigOfKey], PartitionedConfig]:
    """Make partitioned config of a function of the key, for keys that another function lists."""
    return partitioned_config(
        DynamicPartitionsDefinition(partition_fn), tags_for_partition_key_fn or tags_for_partition_fn
    )


def _by_window(
    partitions_def: TimeWindowPartitionsDefinition, tags_fn: TagsOfWindow | None
) -> Callable[[ConfigOfWindow], PartitionedConfig]:
    """A decorator for functions of the beginning and the end of a partition."""

    def decorate(function: ConfigOfWindow) -> PartitionedConfig:
        def config_of(key: str) -> Any:
            return function(*partitions_def.time_window_for_partition_key(key))

        def tags_of(key: str) -> Tags:
            return tags_fn(*partitions_def.time_window_for_partition_key(key)) if tags_fn is not None else {}

        return PartitionedConfig(
            partitions_def,
            decorated_fn=function,
            run_config_for_partition_key_fn=config_of,
            tags_for_partition_key_fn=tags_of,
        )

    return decorate


def hourly_partitioned_config(
    start_date: Moment,
    minute_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: TagsOfWindow | None = None,
    exclusions: Sequence[Exclusion] | None = None,
) -> Callable[[ConfigOfWindow], PartitionedConfig]:
    """Make partitioned config of a function of the beginning and the end of an hour."""
    return _by_window(
        HourlyPartitionsDefinition(
            start_date, None, minute_offset, timezone, fmt, end_offset, exclusions=exclusions
        ),
        tags_for_partition_fn,
    )


def daily_partitioned_config(
    start_date: Moment,
    minute_offset: int = 0,
    hour_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: TagsOfWindow | None = None,
    exclusions: Sequence[Exclusion] | None = None,
) -> Callable[[ConfigOfWindow], PartitionedConfig]:
    """Make partitioned config of a function of the beginning and the end of a day.

    >>> @daily_partitioned_config(start_date="2024-05-01")
    ... def by_day(start, end):
    ...     return {"ops": {"fetch": {"config": {"since": start.isoformat(), "until": end.isoformat()}}}}
    """
    return _by_window(
        DailyPartitionsDefinition(
            start_date, None, minute_offset, hour_offset, timezone, fmt, end_offset, exclusions=exclusions
        ),
        tags_for_partition_fn,
    )


def weekly_partitioned_config(
    start_date: Moment,
    minute_offset: int = 0,
    hour_offset: int = 0,
    day_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: TagsOfWindow | None = None,
    exclusions: Sequence[Exclusion] | None = None,
) -> Callable[[ConfigOfWindow], PartitionedConfig]:
    """Make partitioned config of a function of the beginning and the end of a week."""
    return _by_window(
        WeeklyPartitionsDefinition(
            start_date, None, minute_offset, hour_offset, day_offset, timezone, fmt, end_offset, exclusions
        ),
        tags_for_partition_fn,
    )


def monthly_partitioned_config(
    start_date: Moment,
    minute_offset: int = 0,
    hour_offset: int = 0,
    day_offset: int = 1,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: TagsOfWindow | None = None,
    exclusions: Sequence[Exclusion] | None = None,
) -> Callable[[ConfigOfWindow], PartitionedConfig]:
    """Make partitioned config of a function of the beginning and the end of a month."""
    return _by_window(
        MonthlyPartitionsDefinition(
            start_date, None, minute_offset, hour_offset, day_offset, timezone, fmt, end_offset, exclusions
        ),
        tags_for_partition_fn,
    )
