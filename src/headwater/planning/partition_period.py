"""Time partitions of the usual lengths: hours, days, weeks and months."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.planning.partition_schedule_type import ScheduleType
from headwater.planning.partition_time_window import Exclusion, Moment, TimeWindowPartitionsDefinition

DATE_FORMAT = "%Y-%m-%d"
HOUR_FORMAT = "%Y-%m-%d-%H:%M"


class HourlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """One partition for each hour, beginning ``minute_offset`` minutes after the full hour.

    >>> HourlyPartitionsDefinition("2024-05-01-00:00", timezone="Europe/Berlin").get_first_partition_key()
    '2024-05-01-00:00'
    """

    def __init__(
        self,
        start_date: Moment,
        end_date: Moment | None = None,
        minute_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        super().__init__(
            start_date,
            fmt or HOUR_FORMAT,
            end_date,
            ScheduleType.HOURLY,
            timezone,
            end_offset,
            minute_offset,
            exclusions=exclusions,
        )


class DailyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """One partition for each day, beginning ``hour_offset`` hours and ``minute_offset`` minutes after midnight.

    >>> DailyPartitionsDefinition("2024-05-01", end_date="2024-05-03").get_partition_keys()
    ['2024-05-01', '2024-05-02']
    """

    def __init__(
        self,
        start_date: Moment,
        end_date: Moment | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        super().__init__(
            start_date,
            fmt or DATE_FORMAT,
            end_date,
            ScheduleType.DAILY,
            timezone,
            end_offset,
            minute_offset,
            hour_offset,
            exclusions=exclusions,
        )


class WeeklyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """One partition for each week, beginning on the ``day_offset``-th day of the week (0 is Sunday).

    >>> WeeklyPartitionsDefinition("2024-05-01", day_offset=1).get_first_partition_key()
    '2024-05-06'
    """

    def __init__(
        self,
        start_date: Moment,
        end_date: Moment | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        day_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        super().__init__(
            start_date,
            fmt or DATE_FORMAT,
            end_date,
            ScheduleType.WEEKLY,
            timezone,
            end_offset,
            minute_offset,
            hour_offset,
            day_offset,
            exclusions=exclusions,
        )


class MonthlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """One partition for each month, beginning on the ``day_offset``-th day of the month.

    >>> MonthlyPartitionsDefinition("2024-01-01", end_date="2024-04-01").get_num_partitions()
    3
    """

    def __init__(
        self,
        start_date: Moment,
        end_date: Moment | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        day_offset: int = 1,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        super().__init__(
            start_date,
            fmt or DATE_FORMAT,
            end_date,
            ScheduleType.MONTHLY,
            timezone,
            end_offset,
            minute_offset,
            hour_offset,
            day_offset,
            exclusions=exclusions,
        )
