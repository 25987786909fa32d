"""Cancelled runs: every process ends, resources are torn down, and the history says so."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

import headwater as hw
from headwater.model.errors import DagsterRunNotFoundError
from headwater.model.event import EventKind
from headwater.model.run import DagsterRunStatus
from tests.faults.run_under_test import events_of, started, wait_for_end, wait_for_message, wait_for_status

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("job", ["lasting", "lasting_in_process"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_the_run(tmp_path: Path, job: str, number: signal.Signals) -> None:
    with started(tmp_path, job) as run:
        step, grandchild = run.pids_at_work()
        os.kill(run.pid, number)
        assert run.line() == "torn down"
        status, _ = wait_for_status(tmp_path, run.run_id)
        assert status is DagsterRunStatus.CANCELED
        assert run.process.wait() != 0
        if job == "lasting":
            wait_for_end([step, grandchild])
        else:
            os.kill(grandchild, signal.SIGKILL)  # it is a process of the user's own terminal group
    kinds = [event.kind for event in events_of(tmp_path, run.run_id)]
    assert EventKind.STEP_FAILURE in kinds
    assert kinds[-1] is EventKind.RUN_CANCELED


def test_cancelled_from_elsewhere(tmp_path: Path) -> None:
    with started(tmp_path, "lasting") as run:
        pids = run.pids_at_work()
        with hw.DagsterInstance.open(tmp_path) as instance:
            assert instance.cancel_run(run.run_id)
            assert instance.get_status(run.run_id) is DagsterRunStatus.CANCELED
            assert not instance.cancel_run(run.run_id)
        wait_for_end(pids)


def test_a_step_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    with started(tmp_path, "deaf_job") as run:
        pids = run.pids_at_work()
        os.kill(run.pid, signal.SIGTERM)
        wait_for_message(tmp_path, run.run_id, "asked to end: deaf")
        os.kill(run.pid, signal.SIGTERM)  # a second time: at once
        status, _ = wait_for_status(tmp_path, run.run_id)
        assert status is DagsterRunStatus.CANCELED
        wait_for_end(pids)


def test_a_run_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    with started(tmp_path, "deaf_job") as run:
        pids = run.pids_at_work()
        with hw.DagsterInstance.open(tmp_path) as instance:
            assert instance.cancel_run(run.run_id, grace_seconds=0.1)
            assert instance.get_status(run.run_id) is DagsterRunStatus.CANCELED
        wait_for_end(pids)


def test_an_unknown_run_cannot_be_cancelled(tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance, pytest.raises(DagsterRunNotFoundError):
        instance.cancel_run("nope")


def test_a_run_that_has_not_begun_is_cancelled(tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance:
        instance.add_run(hw.DagsterRun(run_id="r1", job_name="later"))
        assert instance.cancel_run("r1")
        assert instance.get_status("r1") is DagsterRunStatus.CANCELED
