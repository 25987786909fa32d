"""One step writes a log line every 10 ms for 4 s: how old the newest line is, at worst, that another thread can read."""

import json
import os
import sys
import threading
import time

from dagster import DagsterInstance, execute_job, job, multiprocess_executor, op, reconstructable

LINES = 400


@op
def steady(context):
    for number in range(LINES):
        context.log.info(f"line {number}")
        time.sleep(0.01)


@job(executor_def=multiprocess_executor)
def lines():
    steady()


def watch(instance, over, ages):
    """Look every 50 ms, as long as lines come."""
    while not over.wait(0.05):
        for run in instance.get_runs(limit=1):
            told = [each for each in instance.all_logs(run.run_id) if each.user_message.startswith("line ")]
            if 0 < len(told) < LINES:
                ages.append(time.time() - told[-1].timestamp)


if __name__ == "__main__":
    os.mkdir("home")
    over, ages = threading.Event(), []
    with DagsterInstance.local_temp("home") as instance:
        watcher = threading.Thread(target=watch, args=(instance, over, ages))
        watcher.start()
        with execute_job(reconstructable(lines), instance=instance) as result:
            assert result.success
        over.set()
        watcher.join()
    print(json.dumps({"oldest ms": max(ages) * 1000}))
    sys.stdout.flush()
