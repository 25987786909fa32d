"""Jobs whose runs the tests beside it kill and cancel, and the program that runs them.

``run_jobs.py HOME JOB [PARENT_RUN_ID | WAY]`` runs a job (from the failure of a run; or in some way), having said its run
id. Steps say what the tests wait for, one line each, on the standard output that they share with the run.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

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


def crash() -> None:
    ctypes.string_at(0)


def write_too_large_a_file() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with tempfile.TemporaryFile() as file:
        os.write(file.fileno(), b"x")


def take_too_much_memory() -> None:
    limit = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, limit[1]))
    try:
        bytearray(3 << 30)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limit)


WAYS = {
    "segfault": crash,
    "abort": os.abort,
    "exit": lambda: os._exit(7),
    "too_large_a_file": write_too_large_a_file,
    "memory": take_too_much_memory,
}


@hw.op
def dies_somehow() -> None:
    faulthandler.disable()
    WAYS[sys.argv[3]]()


@hw.job(executor_def=hw.in_process_executor)
def dying_in_process() -> None:
    dies_somehow()


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


@hw.op
def tidies_for_ever() -> None:
    try:
        say("at work", os.getpid())
        signal.pause()
    finally:
        say("tidying")
        while True:
            signal.pause()


@hw.job(executor_def=hw.in_process_executor)
def slow_to_end() -> None:
    tidies_for_ever()


class SlowToWrite:
    """A value that, unless it is the first, is never written to its end; it is stored as its text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        if self.text != "first":
            say("at work", os.getpid())
            while True:
                signal.pause()
        return str, (self.text,)


@hw.asset
def stored():  # type: ignore[no-untyped-def]  # it gives one thing, and another is loaded
    return SlowToWrite(sys.argv[3])


stores = hw.Definitions(assets=[stored], jobs=[hw.define_asset_job("stores")]).resolve_job_def("stores")


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


WIDTH = 8


@hw.op(out=hw.DynamicOut(int))
def fan() -> Iterator[hw.DynamicOutput[int]]:
    for number in range(WIDTH):
        yield hw.DynamicOutput(number, mapping_key=f"n{number}")


@hw.op
def double(value: int) -> int:
    return 2 * value


@hw.op(retry_policy=hw.RetryPolicy(max_retries=1))
def shaky(context: hw.OpExecutionContext, value: int) -> int:
    if context.retry_number == 0:
        raise ValueError("once more")
    return value + 1


@hw.op
def total(values: list[int]) -> int:
    return sum(values)


@hw.job(executor_def=TWO_AT_ONCE)
def fanned() -> None:
    total(fan().map(lambda each: shaky(double(each))).collect())


@hw.multi_asset(specs=[hw.AssetSpec(name, skippable=True) for name in "abc"], can_subset=True)
def three(context: hw.AssetExecutionContext) -> Iterator[hw.MaterializeResult[None]]:
    for key in sorted(context.selected_asset_keys):
        yield hw.MaterializeResult(asset_key=key)
        mark = Path(sys.argv[1]) / "mark"
        if key.path == ["b"] and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


partly = hw.Definitions(
    assets=[three], jobs=[hw.define_asset_job("partly")], executor=TWO_AT_ONCE
).resolve_job_def("partly")


JOBS = {
    job.name: job
    for job in (
        deaths,
        second_try,
        lasting,
        lasting_in_process,
        slow_to_end,
        stores,
        deaf_job,
        dying_in_process,
        fifty,
        fanned,
        partly,
    )
}


@hw.asset
def lasting_asset(context: hw.AssetExecutionContext) -> None:
    say(context.run_id)
    say("at work", os.getpid())
    while True:
        signal.pause()


def a_script(instance: hw.DagsterInstance) -> None:
    """What a user's own program does."""
    hw.materialize([lasting_asset], instance=instance)


def a_script_that_goes_on(instance: hw.DagsterInstance) -> None:
    """One which survives an interruption."""
    try:
        a_script(instance)
    except hw.DagsterExecutionInterruptedError as error:
        say("interrupted by", error.signal)


SCRIPTS = {each.__name__: each for each in (a_script, a_script_that_goes_on)}


def main(home: str, name: str, parent: str | None = None) -> None:
    install_handler()
    with hw.DagsterInstance.open(home) as instance:
        if name in SCRIPTS:
            SCRIPTS[name](instance)
            return
        if JOBS[name] in (dying_in_process, stores):
            parent = None
        options = hw.ReexecutionOptions.from_failure(parent, instance) if parent else None
        run_id = new_run_id()
        say(run_id)
        execute_loaded_job(JOBS[name], instance, run_id=run_id, reexecution_options=options, console=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
