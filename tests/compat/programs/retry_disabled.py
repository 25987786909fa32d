"""``retries`` in the config of an executor: disabled, each step is tried once; anything unknown is refused.

oracle: both
"""

from dagster import (
    Failure,
    RetryPolicy,
    RetryRequested,
    execute_job,
    in_process_executor,
    instance_for_test,
    job,
    multiprocess_executor,
    op,
    reconstructable,
)
from observe import CHATTER, caught, show

AGAIN = RetryPolicy(max_retries=2)
DISABLED = {"retries": {"disabled": {}}}


@op(retry_policy=AGAIN)
def raises():
    raise ValueError("no")


@op(retry_policy=AGAIN)
def fails():
    raise Failure("no")


@op
def asks():
    raise RetryRequested(max_retries=2)


@op
def of_the_job():
    raise ValueError("no")


@job(executor_def=in_process_executor, op_retry_policy=AGAIN)
def here():
    raises()
    fails()
    asks()
    of_the_job()


@job(executor_def=multiprocess_executor)
def elsewhere():
    raises()
    asks()


@job(executor_def=in_process_executor.configured(DISABLED))
def always():
    raises()


@job
def chosen():
    raises()


def steps_of(one, config, instance):
    result = execute_job(
        reconstructable(one), instance=instance, run_config={"execution": {"config": config}}
    )
    steps = {}
    for event in result.all_events:
        if event.step_key and event.event_type_value not in CHATTER:
            steps.setdefault(event.step_key, []).append(event.event_type_value)
    return dict(sorted(steps.items()))


def refused(retries, instance):
    said = caught(
        execute_job,
        reconstructable(here),
        instance=instance,
        run_config={"execution": {"config": {"retries": retries}}},
    )
    return said[0]


if __name__ == "__main__":
    with instance_for_test() as instance:
        show(
            enabled=steps_of(here, {"retries": {"enabled": {}}}, instance),
            disabled=steps_of(here, DISABLED, instance),
            empty_inside=steps_of(here, {"retries": {"disabled": None}}, instance),
            processes=steps_of(elsewhere, DISABLED, instance),
            always=steps_of(always, {}, instance),
            chosen=steps_of(chosen, {"in_process": DISABLED}, instance),
            refused=[refused(given, instance) for given in ({"deferred": {}}, {}, "disabled", None)],
        )
