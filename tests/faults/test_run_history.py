"""A history that cannot be written for a while: the run goes on, and all that happened is there in the end."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import headwater as hw
from headwater.adapters.sql.sqlite.storage import FILE_NAME
from headwater.model.event import EventKind
from headwater.model.run import DagsterRunStatus
from tests.faults import history_jobs

pytestmark = pytest.mark.faults

HOG = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
print("slow", flush=True)
while True:
    db.execute("BEGIN IMMEDIATE")
    time.sleep(0.15)
    db.execute("COMMIT")
    time.sleep(0.02)
"""


@contextlib.contextmanager
def slowed(home: Path) -> Iterator[None]:
    """Another process writes nearly all the time."""
    command = [sys.executable, "-c", HOG, str(home / FILE_NAME)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as hog:
        assert hog.stdout is not None
        assert hog.stdout.readline() == b"slow\n"
        try:
            yield
        finally:
            hog.kill()


@pytest.mark.parametrize("executor", history_jobs.HERE)
@pytest.mark.parametrize("trouble", ["locked", "full"])
def test_trouble_delays_events_and_fails_nobody(tmp_path: Path, trouble: str, executor: str) -> None:
    run_to_success(tmp_path, trouble, executor)


@pytest.mark.parametrize("executor", history_jobs.HERE)
def test_a_slow_disk_delays_a_run(tmp_path: Path, executor: str) -> None:
    hw.DagsterInstance.open(tmp_path).close()
    with slowed(tmp_path):
        run_to_success(tmp_path, "slow", executor)


def run_to_success(home: Path, trouble: str, executor: str) -> None:
    """Run a job; it succeeds, and the history has all of it."""
    command = [sys.executable, history_jobs.__file__, str(home), trouble, executor]
    run_id = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout.strip()
    with hw.DagsterInstance.open(home) as instance:
        assert instance.get_status(run_id) is DagsterRunStatus.SUCCESS
        events = list(instance.all_logs(run_id))
    assert not list(home.glob("unwritten/*"))
    steps = [each.step_key for each in events if each.kind is EventKind.STEP_SUCCESS]
    assert (
        steps
        == {
            "locked": ["lock", "meanwhile", "unlock"],
            "full": ["fill", "meanwhile", "free"],
            "slow": ["begin", "meanwhile", "after"],
        }[trouble]
    )
    assert [each.message for each in events if each.kind is EventKind.LOG] == [
        f"line {number}" for number in range(history_jobs.LINES)
    ]
    assert events[-1].kind is EventKind.RUN_SUCCESS
