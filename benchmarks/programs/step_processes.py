"""Run N trivial ops, each in a process of its own, two at once: milliseconds for each, and until the step begins."""

import json
import logging
import os
import resource
import statistics
import sys
import time

from dagster import (
    DagsterEventType,
    DagsterInstance,
    execute_job,
    job,
    multiprocess_executor,
    op,
    reconstructable,
)

logging.disable(logging.CRITICAL)
COUNT = 16


@op
def trivial():
    return 1


@job(executor_def=multiprocess_executor.configured({"max_concurrent": 2}))
def many():
    for number in range(COUNT):
        trivial.alias(f"trivial_{number}")()


def cpu_seconds():
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def seconds_to_begin(records):
    """From the order to start a step's process to the step's own start."""
    asked = {}
    for record in records:
        event = record.dagster_event
        if event is None:
            continue
        if event.event_type is DagsterEventType.STEP_WORKER_STARTING:
            asked[event.step_key] = record.timestamp
        elif event.event_type is DagsterEventType.STEP_START:
            yield record.timestamp - asked[event.step_key]


if __name__ == "__main__":
    os.mkdir("home")
    with DagsterInstance.local_temp("home") as instance:
        wall, cpu = time.perf_counter(), cpu_seconds()
        with execute_job(reconstructable(many), instance=instance) as result:
            assert result.success
        wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
        begun = list(seconds_to_begin(instance.all_logs(result.run_id)))
    assert len(begun) == COUNT
    print(
        json.dumps(
            {
                "wall ms per step": wall / COUNT * 1000,
                "cpu ms per step": cpu / COUNT * 1000,
                "step start ms": statistics.median(begun) * 1000,
            }
        )
    )
    sys.stdout.flush()
