"""Keys, windows and counts of time partitions: offsets, time zones in which the clock is turned, exclusions.

oracle: 1.13
"""

from datetime import datetime, timezone

from dagster import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    PartitionKeyRange,
    TimeWindow,
    TimeWindowPartitionsDefinition,
    WeeklyPartitionsDefinition,
    partition_loading_context,
)
from observe import caught, show


def at(*date):
    return datetime(*date, tzinfo=timezone.utc)


def window(definition, key):
    found = definition.time_window_for_partition_key(key)
    return [found.start.isoformat(), found.end.isoformat()]


def told(definition, moment):
    with partition_loading_context(effective_dt=moment):
        keys = definition.get_partition_keys()
        return {
            "keys": keys,
            "windows": [window(definition, key) for key in keys],
            "count": definition.get_num_partitions(),
            "ends": [definition.get_first_partition_key(), definition.get_last_partition_key()],
            "next": [definition.get_next_partition_key(key) for key in keys],
            "has": [definition.has_partition_key(key) for key in [*keys, "2001-01-01", "x"]],
            "text": [str(definition), definition.cron_schedule],
        }


daily = DailyPartitionsDefinition("2024-05-01")
now = at(2024, 5, 10, 12)

show(
    fall_back=told(
        HourlyPartitionsDefinition("2024-11-03-00:00", timezone="America/New_York"), at(2024, 11, 3, 10)
    ),
    spring_forward=told(
        HourlyPartitionsDefinition("2024-03-31-00:00", timezone="Europe/Berlin", minute_offset=15),
        at(2024, 3, 31, 6),
    ),
    daily=told(daily, now),
    daily_offset=told(
        DailyPartitionsDefinition("2024-03-08", timezone="America/New_York", hour_offset=2, minute_offset=30),
        at(2024, 3, 13),
    ),
    weekly=told(WeeklyPartitionsDefinition("2024-04-01", day_offset=3, hour_offset=5), now),
    monthly=told(MonthlyPartitionsDefinition("2023-11-02", day_offset=15, timezone="Australia/Sydney"), now),
    cron=told(TimeWindowPartitionsDefinition("2024-05-01", "%Y-%m-%d", cron_schedule="0 0 * * 1-5"), now),
    exclusions=told(DailyPartitionsDefinition("2024-05-01", exclusions=["0 0 * * 6", at(2024, 5, 7)]), now),
    ended=told(DailyPartitionsDefinition("2024-05-01", end_date="2024-05-04", end_offset=3), now),
    offsets=[
        told(DailyPartitionsDefinition("2024-05-06", end_offset=offset), now)["keys"] for offset in (-2, 0, 2)
    ],
    fmt=told(DailyPartitionsDefinition("01/05/2024", fmt="%d/%m/%Y", end_date="03/05/2024"), now),
    in_range=daily.get_partition_keys_in_range(PartitionKeyRange("2024-05-03", "2024-05-05")),
    in_window=daily.get_partition_keys_in_time_window(TimeWindow(at(2024, 5, 3, 1), at(2024, 5, 6))),
    for_moment=[
        daily.get_partition_key_for_timestamp(at(2024, 5, 3).timestamp(), closed) for closed in (False, True)
    ],
    of_dates=[
        daily.get_partition_key(each) for each in ("2024-05-03", at(2024, 5, 3), at(2024, 5, 3).date())
    ],
    cron_schedules=[daily.get_cron_schedule(), daily.get_cron_schedule(minute_of_hour=5, hour_of_day=4)],
    tags=daily.get_tags_for_partition_key("2024-05-03"),
    equal=[
        daily == DailyPartitionsDefinition("2024-05-01"),
        daily == DailyPartitionsDefinition("2024-05-02"),
    ],
    wrong=[
        caught(TimeWindowPartitionsDefinition, "2024-05-01", "%Y-%m-%d"),
        caught(TimeWindowPartitionsDefinition, "2024-05-01", "%Y-%m-%d", cron_schedule="x"),
        caught(DailyPartitionsDefinition, "2024-05-01", hour_offset=25),
    ],
)
