"""A run in a process of its own, for the tests that kill and cancel it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import headwater as hw
from headwater.model.event import Event
from headwater.model.run import DagsterRunStatus
from tests.faults import run_jobs

PATIENCE_SECONDS = 30.0


class RunUnderTest:
    """The process of a run: what it says, and the id of its run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.run_id = self.line()

    @property
    def pid(self) -> int:
        return self.process.pid

    def line(self) -> str:
        """The next line that the run or a step says; an empty one when all that could say something has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def pids_at_work(self) -> list[int]:
        """The processes that the next step to begin has named."""
        words = self.line().split()
        assert words[:2] == ["at", "work"]
        return [int(word) for word in words[2:]]


@contextmanager
def started(home: Path, *arguments: str) -> Iterator[RunUnderTest]:
    """A process that runs a job of :mod:`tests.faults.run_jobs`."""
    command = [sys.executable, run_jobs.__file__, str(home), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield RunUnderTest(process)
        finally:
            process.kill()


def wait_for_end(pids: list[int]) -> float:
    """Wait until processes that are no children of this one have ended; how many seconds that took."""
    began = time.monotonic()
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            file = os.pidfd_open(pid)
            try:
                ended, _, _ = select.select([file], [], [], PATIENCE_SECONDS)
                assert ended, f"process {pid} goes on"
            finally:
                os.close(file)
    return time.monotonic() - began


def wait_for_status(home: Path, run_id: str) -> tuple[DagsterRunStatus, float]:
    """Wait until the history says that a run has ended; how, and how many seconds that took.

    It only looks: nothing here ends the run.
    """
    began = time.monotonic()
    with hw.DagsterInstance.open(home) as instance:
        while time.monotonic() - began < PATIENCE_SECONDS:
            run = instance.get_run_by_id(run_id)
            if run is not None and run.is_finished:
                return run.status, time.monotonic() - began
            select.select([], [], [], 0.01)
    raise AssertionError(f"run {run_id} never ends")


def events_of(home: Path, run_id: str) -> list[Event]:
    """What the history says of a run."""
    with hw.DagsterInstance.open(home) as instance:
        return list(instance.all_logs(run_id))


def run_to_its_end(home: Path, *arguments: str) -> str:
    """Run a job; the id of its run."""
    with started(home, *arguments) as run:
        assert run.process.wait(PATIENCE_SECONDS) == 0
        return run.run_id


def wait_for_message(home: Path, run_id: str, text: str) -> None:
    """Wait until the history has an event with that text."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(text in event.message for event in events_of(home, run_id)):
        assert time.monotonic() < deadline, f"nobody says {text!r}"
