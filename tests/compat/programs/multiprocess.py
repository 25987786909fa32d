"""The multi-process executor: each step in a process of its own, the same events for each, values through files.

oracle: both
"""

import os

from dagster import (
    DynamicOut,
    DynamicOutput,
    execute_job,
    instance_for_test,
    job,
    multiprocess_executor,
    op,
    reconstructable,
)
from observe import CHATTER, show


@op
def first():
    return os.getpid()


@op
def second(first):
    return [first, os.getpid()]


@op(out=DynamicOut())
def many():
    for number in range(2):
        yield DynamicOutput(number, str(number))


@op
def double(value):
    return value * 2


@op
def total(values):
    return sum(values)


@op
def fails(first):
    raise ValueError("no")


@op
def after(fails):
    return fails


@job(executor_def=multiprocess_executor.configured({"max_concurrent": 2}))
def good():
    second(first())
    total(many().map(double).collect())


@job(executor_def=multiprocess_executor.configured({"max_concurrent": 1}))
def bad():
    one = first()
    after(fails(one))
    second(one)


def by_step(result):
    steps = {}
    for event in result.all_events:
        if event.event_type_value not in CHATTER:
            steps.setdefault(event.step_key or "run", []).append(event.event_type_value)
    return dict(sorted(steps.items()))


if __name__ == "__main__":
    with instance_for_test() as instance:
        result = execute_job(reconstructable(good), instance=instance)
        with result as opened:
            pids = opened.output_for_node("second")
            sum_of_many = opened.output_for_node("total")
        failed = execute_job(reconstructable(bad), instance=instance)
        show(
            success=[result.success, failed.success],
            good=by_step(result),
            bad=by_step(failed),
            processes=len({*pids, os.getpid()}),
            total=sum_of_many,
            status=[run.status for run in instance.get_runs()],
        )
