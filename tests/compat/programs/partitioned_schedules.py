"""Schedules of partitioned jobs: when they tick, and which partitions they ask for.

oracle: 1.13
"""

from datetime import datetime, timezone

from dagster import (
    DailyPartitionsDefinition,
    Definitions,
    MultiPartitionsDefinition,
    StaticPartitionsDefinition,
    WeeklyPartitionsDefinition,
    asset,
    build_schedule_context,
    build_schedule_from_partitioned_job,
    daily_partitioned_config,
    define_asset_job,
    job,
    op,
)
from observe import caught, plain, show

days = DailyPartitionsDefinition("2024-05-01", timezone="Europe/Berlin")


@op(config_schema={"since": str})
def fetch(context): ...


@daily_partitioned_config(
    start_date="2024-05-01", tags_for_partition_fn=lambda start, end: {"day": start.strftime("%d")}
)
def by_day(start, end):
    return {"ops": {"fetch": {"config": {"since": start.isoformat()}}}}


@job(config=by_day)
def fetching():
    fetch()


@job(partitions_def=StaticPartitionsDefinition(["a", "b"]))
def letters(): ...


@job(
    partitions_def=MultiPartitionsDefinition({"date": days, "letter": StaticPartitionsDefinition(["a", "b"])})
)
def cells(): ...


@job(partitions_def=WeeklyPartitionsDefinition("2024-05-01", day_offset=2, hour_offset=3))
def weekly(): ...


@asset(partitions_def=days)
def raw(): ...


def ticked(schedule, *moment):
    context = build_schedule_context(scheduled_execution_time=datetime(*moment, tzinfo=timezone.utc))
    data = schedule.evaluate_tick(context)
    return [
        [each.run_key, each.partition_key, plain(each.run_config), plain(each.tags)]
        for each in data.run_requests
    ]


later = build_schedule_from_partitioned_job(fetching, hour_of_day=3, minute_of_hour=15)
unresolved = build_schedule_from_partitioned_job(
    define_asset_job("of_assets", selection=[raw]), name="assets_daily"
)
resolved = Definitions(assets=[raw], schedules=[unresolved]).get_schedule_def("assets_daily")
by_cron = build_schedule_from_partitioned_job(letters, cron_schedule="0 5 * * *")
multi = build_schedule_from_partitioned_job(cells)
of_weeks = build_schedule_from_partitioned_job(weekly)

show(
    names=[each.name for each in (later, resolved, by_cron, multi)],
    cron=[each.cron_schedule for each in (later, resolved, by_cron, multi, of_weeks)],
    timezones=[each.execution_timezone for each in (later, resolved, multi)],
    later=ticked(later, 2024, 5, 5, 3, 15),
    too_early=ticked(later, 2024, 5, 1, 3, 15),
    resolved=ticked(resolved, 2024, 5, 5, 12),
    by_cron=ticked(by_cron, 2024, 5, 5, 5),
    multi=ticked(multi, 2024, 5, 5, 12),
    of_weeks=[each[1] for each in ticked(of_weeks, 2024, 5, 22, 12)],
    wrong=[caught(build_schedule_from_partitioned_job, letters)],
)
