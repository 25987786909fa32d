"""Cancelled runs: every process ends, resources are torn down, and the history says so."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

import pytest

import headwater as hw
from headwater.execution.interrupt import ONE_PRESS_SECONDS
from headwater.instance.run_lease import Holder
from headwater.model.codec import encode
from headwater.model.errors import DagsterRunNotFoundError, RunOutOfReachError
from headwater.model.event import EventKind
from headwater.model.run import DagsterRunStatus, StepStatus
from tests.faults.run_jobs import stored
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
    assert events_of(tmp_path, run.run_id)[-1].kind is EventKind.RUN_CANCELED
    assert step_statuses(tmp_path, run.run_id) == {"lasts": StepStatus.CANCELED}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_a_run_in_one_process_at_once(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path, "slow_to_end") as run:
        run.pids_at_work()
        wait_for_message(tmp_path, run.run_id, "Started execution of step")
        os.kill(run.pid, number)
        assert run.line() == "tidying"  # which it would do for ever
        select.select([], [], [], 2 * ONE_PRESS_SECONDS)  # nobody presses a key twice in less
        os.kill(run.pid, number)
        assert run.process.wait() == -number
        status, seconds = wait_for_status(tmp_path, run.run_id)
        assert status is DagsterRunStatus.CANCELED
        assert seconds < 2.0
    assert f"was killed by {number.name}" in events_of(tmp_path, run.run_id)[-1].message
    assert step_statuses(tmp_path, run.run_id) == {"tidies_for_ever": StepStatus.CANCELED}


def test_a_program_outlives_its_cancelled_run(tmp_path: Path) -> None:
    """What a user's own program does with the interruption is its own affair: it is not killed."""
    with started(tmp_path, "a_script_that_goes_on") as run:
        run.pids_at_work()
        with hw.DagsterInstance.open(tmp_path) as instance:
            assert instance.cancel_run(run.run_id)
            assert instance.get_status(run.run_id) is DagsterRunStatus.CANCELED
        assert run.line() == f"interrupted by {int(signal.SIGTERM)}"
        assert run.process.wait() == 0


def test_what_an_op_has_started_ends_with_a_run_that_leads_its_group(tmp_path: Path) -> None:
    with started(tmp_path, "lasting_in_process") as run:
        _, grandchild = run.pids_at_work()
        with hw.DagsterInstance.open(tmp_path) as instance:
            assert instance.cancel_run(run.run_id)
        wait_for_end([grandchild])


def test_a_run_in_another_container_is_out_of_reach(tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance, started(tmp_path, "lasting_in_process") as run:
        run.pids_at_work()
        lease = next((tmp_path / "running").iterdir())
        lease.write_bytes(encode(Holder(pid=run.pid, place="another machine")))
        with pytest.raises(RunOutOfReachError, match="another container"):
            instance.cancel_run(run.run_id)
        assert instance.reconcile_runs() == []  # it lives, wherever that is
        os.killpg(run.pid, signal.SIGKILL)


def test_a_cancelled_write_leaves_the_value_before_it(tmp_path: Path) -> None:
    with started(tmp_path, "stores", "first") as run:
        assert run.process.wait() == 0
    with started(tmp_path, "stores", "second") as run:
        run.pids_at_work()  # half of the value is written
        os.kill(run.pid, signal.SIGINT)
        assert wait_for_status(tmp_path, run.run_id)[0] is DagsterRunStatus.CANCELED
    with hw.DagsterInstance.open(tmp_path) as instance:
        assert hw.Definitions(assets=[stored]).load_asset_value("stored", instance=instance) == "first"


def step_statuses(home: Path, run_id: str) -> dict[str, StepStatus]:
    """How the steps of a run ended, as the history says."""
    with hw.DagsterInstance.open(home) as instance:
        return {each.step_key: each.status for each in instance.storage.event_log.step_states(run_id)}


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
        select.select([], [], [], 2 * ONE_PRESS_SECONDS)  # nobody presses a key twice in less
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
