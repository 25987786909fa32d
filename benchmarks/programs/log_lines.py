"""One step in a process of its own writes 10,000 log lines: seconds of the run."""

import json
import os
import sys
import time

from dagster import DagsterInstance, execute_job, job, multiprocess_executor, op, reconstructable

COUNT = 10_000


@op
def chatty(context):
    for number in range(COUNT):
        context.log.info(f"line {number}")


@job(executor_def=multiprocess_executor)
def lines():
    chatty()


if __name__ == "__main__":
    os.mkdir("home")
    with DagsterInstance.local_temp("home") as instance:
        wall = time.perf_counter()
        with execute_job(reconstructable(lines), instance=instance) as result:
            assert result.success
        wall = time.perf_counter() - wall
        told = [each for each in instance.all_logs(result.run_id) if each.user_message.startswith("line ")]
        assert len(told) == COUNT
    print(json.dumps({"run s": wall}))
    sys.stdout.flush()
