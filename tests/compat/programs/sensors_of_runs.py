"""Sensors that are told of runs which have come to a status, called directly with a context built by hand.

oracle: both
"""

from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    DefaultSensorStatus,
    RunRequest,
    SkipReason,
    build_run_status_sensor_context,
    job,
    make_email_on_run_failure_sensor,
    op,
    run_failure_sensor,
    run_status_sensor,
)
from observe import plain, refused, show


@op
def works():
    return 1


@op
def breaks():
    raise ValueError("broken")


@job
def good_job():
    works()


@job(tags={"team": "x"})
def bad_job():
    breaks()


@job
def report():
    works()


@run_status_sensor(run_status=DagsterRunStatus.SUCCESS, request_job=report, minimum_interval_seconds=7)
def after_success(context):
    return RunRequest(run_key=context.dagster_run.job_name)


@run_status_sensor(run_status=DagsterRunStatus.SUCCESS)
def silent(context):
    return None


@run_status_sensor(run_status=DagsterRunStatus.STARTED, monitored_jobs=[good_job])
def started():
    return SkipReason("began")


@run_failure_sensor
def alarm(context):
    return [
        context.dagster_run.job_name,
        context.failure_event.event_type_value,
        [each.step_key for each in context.get_step_failure_events()],
        context.sensor_name,
    ]


@run_failure_sensor(name="named", default_status=DefaultSensorStatus.RUNNING, description="tells")
def alarm_with_arguments(context):
    yield SkipReason("told")


instance = DagsterInstance.ephemeral()
good = good_job.execute_in_process(instance=instance)
bad = bad_job.execute_in_process(instance=instance, raise_on_error=False)


def event_of(result, kind):
    return next(each for each in result.all_events if each.event_type_value == kind)


success = build_run_status_sensor_context(
    "after_success", event_of(good, "PIPELINE_SUCCESS"), instance, good.dagster_run
)
failure = build_run_status_sensor_context(
    "alarm", event_of(bad, "PIPELINE_FAILURE"), instance, bad.dagster_run
).for_run_failure()
mail = make_email_on_run_failure_sensor("a@example.com", "secret", ["b@example.com"], name="mail")

show(
    success=after_success(success).run_key,
    silent=silent(success),
    started=started().skip_message,
    alarm=plain(alarm(failure)),
    names=[each.name for each in (after_success, alarm, alarm_with_arguments, mail)],
    status=[alarm.default_status, alarm_with_arguments.default_status],
    interval=[after_success.minimum_interval_seconds, alarm.minimum_interval_seconds],
    description=alarm_with_arguments.description,
    tags=failure.dagster_run.tags.get("team"),
    instance=success.instance is instance,
    partition=success.partition_key,
    missing=refused(after_success),
    bad_status=refused(run_status_sensor, run_status="SUCCESS", name="x"),
)
