"""Limits of the multi-process executor: steps with a tag, one value of it, each value; priorities.

oracle: both
"""

import os
import time

from dagster import execute_job, instance_for_test, job, multiprocess_executor, op, reconstructable
from observe import show, step_events

FOLDER = os.path.realpath(".")


@op
def noted(context):
    """Notes when it was at work."""
    began = time.time()
    time.sleep(0.2)
    with open(os.path.join(FOLDER, f"{context.run_id}-{context.op.name}"), "w") as file:
        file.write(f"{began} {time.time()}")


def named(name, **tags):
    return noted.tag(tags).alias(name)


@job(executor_def=multiprocess_executor)
def crowd():
    for name in ("red_1", "red_2", "blue_1", "blue_2"):
        named(name, color=name[:-2])()


@op
def quick():
    return None


@job(executor_def=multiprocess_executor.configured({"max_concurrent": 1}))
def urgent():
    quick.alias("ordinary")()
    quick.tag({"dagster/priority": "3"}).alias("urgent")()
    quick.tag({"dagster/priority": "-1"}).alias("idle")()


def overlaps(run_id, names):
    """Whether any two of them were at work at the same time."""
    times = []
    for name in names:
        with open(os.path.join(FOLDER, f"{run_id}-{name}")) as file:
            times.append([float(each) for each in file.read().split()])
    times.sort()
    return any(after[0] < before[1] for before, after in zip(times, times[1:]))


def run(instance, *limits):
    config = {"execution": {"config": {"max_concurrent": 4, "tag_concurrency_limits": list(limits)}}}
    result = execute_job(reconstructable(crowd), instance=instance, run_config=config)
    return [
        result.success,
        overlaps(result.run_id, ["red_1", "red_2"]),
        overlaps(result.run_id, ["blue_1", "blue_2"]),
    ]


if __name__ == "__main__":
    with instance_for_test() as instance:
        by_tag = run(instance, {"key": "color", "limit": 1})
        by_value = run(instance, {"key": "color", "value": "red", "limit": 1})
        by_each = run(instance, {"key": "color", "value": {"applyLimitPerUniqueValue": True}, "limit": 1})
        result = execute_job(reconstructable(urgent), instance=instance)
        show(
            by_tag=by_tag,
            red_alone=by_value[:2],
            each_alone=by_each,
            order=step_events(result, "STEP_START"),
        )
