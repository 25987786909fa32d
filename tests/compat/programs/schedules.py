"""Schedules evaluated once with a context built by hand.

oracle: both
"""

import datetime

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    SkipReason,
    build_schedule_context,
    define_asset_job,
    job,
    op,
    schedule,
)
from observe import caught, plain, refused, show


@op(config_schema={"date": str})
def an_op(context):
    return context.op_config["date"]


@job
def a_job():
    an_op()


@schedule(job=a_job, cron_schedule="0 2 * * *", execution_timezone="Europe/Berlin", description="at night")
def with_request(context):
    date = context.scheduled_execution_time.strftime("%Y-%m-%d")
    return RunRequest(
        run_key=date, run_config={"ops": {"an_op": {"config": {"date": date}}}}, tags={"date": date}
    )


@schedule(job=a_job, cron_schedule="@daily")
def with_config():
    return {"ops": {"an_op": {"config": {"date": "x"}}}}


@schedule(job=a_job, cron_schedule=["0 0 * * *", "0 12 * * *"], default_status=DefaultScheduleStatus.RUNNING)
def skips():
    yield SkipReason("not today")


@schedule(job=a_job, cron_schedule="@hourly")
def several():
    yield RunRequest(run_key="1")
    yield RunRequest(run_key="2")


plain_schedule = ScheduleDefinition(
    job=a_job, cron_schedule="0 * * * *", run_config={"a": 1}, tags={"t": "1"}
)
asset_schedule = ScheduleDefinition(name="own", job=define_asset_job("all_assets"), cron_schedule="5 4 * * *")
context = build_schedule_context(
    scheduled_execution_time=datetime.datetime(2024, 5, 6, 2, tzinfo=datetime.timezone.utc)
)


def evaluated(definition):
    data = definition.evaluate_tick(context)
    requests = [
        [each.run_key, plain(each.run_config), each.tags.get("date") or each.tags.get("t")]
        for each in data.run_requests
    ]
    return [requests, data.skip_message]


direct = with_request(context)
show(
    evaluated=[evaluated(each) for each in (with_request, with_config, skips, several, plain_schedule)],
    direct=[direct.run_key, plain(direct.run_config), direct.tags],
    names=[each.name for each in (with_request, plain_schedule, asset_schedule)],
    jobs=[each.job_name for each in (with_request, asset_schedule)],
    cron=[each.cron_schedule for each in (with_request, skips)],
    timezone=[with_request.execution_timezone, with_config.execution_timezone],
    status=[with_request.default_status, skips.default_status],
    description=with_request.description,
    bad_cron=caught(ScheduleDefinition, job=a_job, cron_schedule="not a cron"),
    bad_timezone=caught(
        ScheduleDefinition, job=a_job, cron_schedule="@daily", execution_timezone="Mars/Olympus"
    )[0],
    no_job=refused(ScheduleDefinition, cron_schedule="@daily"),
)
