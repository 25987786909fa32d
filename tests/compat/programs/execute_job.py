"""execute_job with reconstructable: another process could run it; config, tags, selection and results.

oracle: both
"""

from dagster import (
    JobExecutionResult,
    execute_job,
    in_process_executor,
    instance_for_test,
    job,
    op,
    reconstructable,
)
from observe import caught, events, refused, show


@op(config_schema={"n": int})
def first(context):
    return context.op_config["n"]


@op
def second(first):
    return first + 1


@op
def fails(second):
    raise ValueError("no")


@job(executor_def=in_process_executor)
def good():
    second(first())


@job(executor_def=in_process_executor)
def bad():
    fails(second(first()))


if __name__ == "__main__":
    config = {"ops": {"first": {"config": {"n": 4}}}}
    with instance_for_test() as instance:
        result = execute_job(reconstructable(good), instance=instance, run_config=config, tags={"a": "b"})
        with result as opened:
            value = opened.output_for_node("second")
        failed = execute_job(reconstructable(bad), instance=instance, run_config=config)
        part = execute_job(
            reconstructable(good), instance=instance, run_config=config, op_selection=["first"]
        )
        show(
            success=[result.success, failed.success],
            events=events(result),
            failed=events(failed),
            part=events(part),
            is_result=isinstance(result, JobExecutionResult),
            value=value,
            tags=instance.get_run_by_id(result.run_id).tags["a"],
            status=[run.status for run in instance.get_runs()],
            raised=caught(
                execute_job, reconstructable(bad), instance=instance, run_config=config, raise_on_error=True
            ),
            bad_config=caught(execute_job, reconstructable(good), instance=instance, run_config={}),
            local=caught(lambda: reconstructable(lambda: 1)),
            not_reconstructable=refused(execute_job, good, instance=instance),
        )
