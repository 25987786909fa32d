"""Jobs during which the history cannot be written, and the program that runs them.

``history_jobs.py HOME TROUBLE EXECUTOR`` runs one, having said its run id.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import headwater as hw
from headwater.adapters.sql.sqlite.storage import FILE_NAME, open_storage
from headwater.instance.execute_job import execute_loaded_job
from headwater.model.event import new_run_id

HERE = {"in_process": hw.in_process_executor, "multiprocess": hw.multiprocess_executor}
PATIENCE_SECONDS = {"locked": 0.05, "full": 0.05, "slow": 30.0}
"""How long one attempt to write may take; with a short one the run has to try again."""

LINES = 20
ROOM = 16_384
"""Bytes of a file that can be written still when the disk is full: enough for a value, too few for a batch of events."""


@hw.resource(config_schema=str)
def home(context: hw.InitResourceContext) -> Path:
    return Path(context.resource_config)


@hw.op
def begin() -> int:
    return 0


@hw.op
def after(done: int) -> None: ...


@hw.op
def meanwhile(context: hw.OpExecutionContext, value: int) -> int:
    for number in range(LINES):
        context.log.info("line %d", number)
    return value + 1


# -- locked by another process ----------------------------------------------------------------------------------

LOCK = """
import signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
signal.pause()
"""


@hw.op(required_resource_keys={"home"})
def lock(context: hw.OpExecutionContext) -> int:
    command = [sys.executable, "-c", LOCK, str(context.resources.home / FILE_NAME)]
    locker = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    locker.returncode = 0  # it is left to another step
    assert locker.stdout is not None
    assert locker.stdout.readline() == b"locked\n"
    locker.stdout.close()
    return locker.pid


@hw.op
def unlock(locker: int, done: int) -> None:
    os.kill(locker, signal.SIGKILL)


# -- a full disk ------------------------------------------------------------------------------------------------


def limit_files(context: hw.OpExecutionContext, size: int) -> None:
    """Let the run's process write no file beyond ``size``, as if the disk were full."""
    in_process = context.job_name.endswith("in_process")
    run = os.getpid() if in_process else os.getppid()
    _, hard = resource.prlimit(run, resource.RLIMIT_FSIZE)
    resource.prlimit(run, resource.RLIMIT_FSIZE, (size, hard))


@hw.op
def fill(context: hw.OpExecutionContext) -> int:
    limit_files(context, ROOM)
    return ROOM


@hw.op
def free(context: hw.OpExecutionContext, size: int, done: int) -> None:
    limit_files(context, resource.RLIM_INFINITY)


# -- the program ------------------------------------------------------------------------------------------------


def build_job(trouble: str, executor: str) -> hw.JobDefinition:
    """A job with some trouble in its middle."""

    @hw.job(name=f"{trouble}_{executor}", resource_defs={"home": home}, executor_def=HERE[executor])
    def job() -> None:
        if trouble == "locked":
            locker = lock()
            unlock(locker, meanwhile(locker))
        elif trouble == "full":
            size = fill()
            free(size, meanwhile(size))
        else:
            after(meanwhile(begin()))

    return job


def main(home: str, trouble: str, executor: str) -> None:
    storage = open_storage(home, patience_seconds=PATIENCE_SECONDS[trouble])
    config = {"resources": {"home": {"config": home}}}
    with hw.DagsterInstance(storage, Path(home)) as instance:
        run_id = new_run_id()
        print(run_id, flush=True)
        execute_loaded_job(
            build_job(trouble, executor), instance, run_id=run_id, run_config=config, console=False
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
