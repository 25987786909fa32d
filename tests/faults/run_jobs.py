"""Jobs whose runs the tests beside it kill and cancel, and the program that runs them.

``run_jobs.py HOME JOB [PARENT_RUN_ID]`` runs a job (from the failure of a run), having said its run id. Steps say what
the tests wait for, one line each, on the standard output that they share with the run.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import headwater as hw
from headwater.execution.log import install_handler
from headwater.instance.execute_job import execute_loaded_job
from headwater.model.event import new_run_id

TWO_AT_ONCE = hw.multiprocess_executor.configured({"max_concurrent": 2})
LENGTH = 25


def say(*words: object) -> None:
    """One line for the test, in one piece."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


# -- steps that die ---------------------------------------------------------------------------------------------


@hw.op(config_schema={"signal": int})
def dies(context: hw.OpExecutionContext) -> int:
    faulthandler.disable()  # the tests' own, which would tell of it at length
    os.kill(os.getpid(), context.op_config["signal"])
    return 1


@hw.op
def exits() -> int:
    os._exit(7)


@hw.op
def after(value: int) -> int:
    return value


@hw.op
def beside() -> int:
    return 2


@hw.op(out={"mark": hw.Out(str)}, config_schema={"mark": str}, retry_policy=hw.RetryPolicy(max_retries=1))
def dies_once(context: hw.OpExecutionContext) -> str:
    mark = str(context.op_config["mark"])
    if not os.path.exists(mark):
        open(mark, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark


@hw.job(executor_def=TWO_AT_ONCE)
def deaths() -> None:
    after.alias("after_dies")(dies())
    after.alias("after_beside")(beside())
    exits()


@hw.success_hook
def deadly(_: hw.HookContext) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@hw.job(executor_def=TWO_AT_ONCE)
def dies_late() -> None:
    after(beside.with_hooks({deadly})())


@hw.job(executor_def=TWO_AT_ONCE)
def second_try() -> None:
    dies_once()


# -- steps that last --------------------------------------------------------------------------------------------


@hw.resource
def guarded(_: hw.InitResourceContext) -> Iterator[str]:
    yield "resource"
    say("torn down")


@hw.op(required_resource_keys={"guarded"})
def lasts(context: hw.OpExecutionContext) -> None:
    assert context.resources.guarded == "resource"
    child = subprocess.Popen(["sleep", "1000"])
    say("at work", os.getpid(), child.pid)
    while True:
        signal.pause()


@hw.op
def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say("at work", os.getpid())
    while True:
        signal.pause()


@hw.job(executor_def=TWO_AT_ONCE, resource_defs={"guarded": guarded})
def lasting() -> None:
    lasts()


@hw.job(executor_def=hw.in_process_executor, resource_defs={"guarded": guarded})
def lasting_in_process() -> None:
    lasts()


@hw.job(executor_def=TWO_AT_ONCE)
def deaf_job() -> None:
    deaf()


# -- many steps -------------------------------------------------------------------------------------------------


@hw.op
def begin() -> list[int]:
    return []


@hw.op
def extend(values: list[int]) -> list[int]:
    return [*values, len(values)]


@hw.job(executor_def=TWO_AT_ONCE)
def fifty() -> None:
    for chain in ("left", "right"):
        values = begin.alias(f"{chain}_0")()
        for number in range(1, LENGTH):
            values = extend.alias(f"{chain}_{number}")(values)


JOBS = {job.name: job for job in (deaths, second_try, lasting, lasting_in_process, deaf_job, fifty)}


def main(home: str, name: str, parent: str | None = None) -> None:
    install_handler()
    with hw.DagsterInstance.open(home) as instance:
        options = hw.ReexecutionOptions.from_failure(parent, instance) if parent else None
        run_id = new_run_id()
        say(run_id)
        execute_loaded_job(JOBS[name], instance, run_id=run_id, reexecution_options=options, console=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
