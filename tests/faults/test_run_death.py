"""Steps and runs that die: each becomes a failure that says so, and what is committed is not done again."""

from __future__ import annotations

import os
import pickle
import random
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import headwater as hw
from headwater.model.event import DagsterEventType, Event, EventKind, EventLogRecord, StepFailureData
from headwater.model.run import DagsterRunStatus
from tests.faults.run_jobs import LENGTH, WIDTH, deaths, dies_late, second_try
from tests.faults.run_under_test import (
    RunUnderTest,
    events_of,
    run_to_its_end,
    started,
    wait_for_end,
    wait_for_message,
    wait_for_status,
)

pytestmark = pytest.mark.faults

STARTING_SECONDS = 2.0
"""What the process of a run may take to begin, where its death is not the test's own."""


def kinds_by_step(events: list[Event]) -> dict[str, list[EventKind]]:
    """The kinds of the events of each step that tell how it ended."""
    ends = (
        EventKind.STEP_SUCCESS,
        EventKind.STEP_FAILURE,
        EventKind.STEP_UP_FOR_RETRY,
        EventKind.STEP_SKIPPED,
    )
    found: dict[str, list[EventKind]] = {}
    for event in events:
        if event.step_key is not None and event.kind in ends:
            found.setdefault(event.step_key, []).append(event.kind)
    return found


def run_failure(home: Path, run_id: str) -> str:
    """What the history says of the failure of a run."""
    return next(event.message for event in events_of(home, run_id) if event.kind is EventKind.RUN_FAILURE)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_killed_step_fails_and_the_others_go_on(tmp_path: Path, number: signal.Signals) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance:
        config = {"ops": {"dies": {"config": {"signal": int(number)}}}}
        result = hw.execute_job(hw.reconstructable(deaths), instance, run_config=config)
        assert instance.get_status(result.run_id) is DagsterRunStatus.FAILURE
        assert kinds_by_step(list(instance.all_logs(result.run_id))) == {
            "dies": [EventKind.STEP_FAILURE],
            "exits": [EventKind.STEP_FAILURE],
            "beside": [EventKind.STEP_SUCCESS],
            "after_beside": [EventKind.STEP_SUCCESS],
        }
    said = {event.step_key: event for event in result.get_step_failure_events()}
    assert f"was killed by {number.name}" in said["dies"].message
    assert "MB of memory at most" in said["dies"].message
    assert "exited with code 7" in said["exits"].message
    data = said["dies"].data
    assert isinstance(data, StepFailureData)
    assert data.error is not None
    assert data.error.cls_name == "StepProcessDiedError"


def test_the_death_of_a_step_is_raised_on_demand(tmp_path: Path) -> None:
    config = {"ops": {"dies": {"config": {"signal": int(signal.SIGKILL)}}}}
    with (
        hw.DagsterInstance.open(tmp_path) as instance,
        pytest.raises(hw.DagsterSubprocessError, match=r"died: it \(pid"),
    ):
        hw.execute_job(
            hw.reconstructable(deaths),
            instance,
            run_config=config,
            op_selection=["dies"],
            raise_on_error=True,
        )


def test_a_killed_step_is_tried_again_where_its_policy_says_so(tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path / "home") as instance:
        config = {"ops": {"dies_once": {"config": {"mark": str(tmp_path / "mark")}}}}
        result = hw.execute_job(hw.reconstructable(second_try), instance, run_config=config)
    assert result.success
    assert kinds_by_step(list(result.all_events)) == {
        "dies_once": [EventKind.STEP_UP_FOR_RETRY, EventKind.STEP_SUCCESS]
    }


def test_a_step_that_dies_after_its_end_is_done(tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance:
        result = hw.execute_job(hw.reconstructable(dies_late), instance)
    assert result.success
    assert kinds_by_step(list(result.all_events)) == {
        "beside": [EventKind.STEP_SUCCESS],
        "after": [EventKind.STEP_SUCCESS],
    }
    assert any("was killed by SIGKILL" in event.message for event in result.all_events)


@pytest.mark.parametrize("job", ["lasting", "lasting_in_process"])
def test_a_killed_run_is_recorded_and_its_steps_end(tmp_path: Path, job: str) -> None:
    with started(tmp_path, job) as run:
        step, grandchild = run.pids_at_work()
        os.kill(run.pid, signal.SIGKILL)
        status, seconds = wait_for_status(tmp_path, run.run_id)
        assert status is DagsterRunStatus.FAILURE
        assert seconds < 2.0
        if job == "lasting_in_process":
            os.kill(grandchild, signal.SIGKILL)  # it belongs to the user's own process, who is gone
        assert wait_for_end([step, grandchild]) < 2.0
    failure = run_failure(tmp_path, run.run_id)
    assert f"(pid {run.pid}) was killed by SIGKILL" in failure
    assert "MB of memory at " in failure
    assert f"headwater run resume {run.run_id}" in failure


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("segfault", "was killed by SIGSEGV. "),
        ("abort", "was killed by SIGABRT. "),
        ("exit", "exited with code 7 before the run was done."),
        ("too_large_a_file", "was killed by SIGXFSZ. "),
    ],
)
def test_the_death_of_a_run_in_one_process_is_told(tmp_path: Path, how: str, said: str) -> None:
    with started(tmp_path, "dying_in_process", how) as run:
        status, seconds = wait_for_status(tmp_path, run.run_id)
        assert status is DagsterRunStatus.FAILURE
        assert seconds < 2.0 + STARTING_SECONDS
    assert said in run_failure(tmp_path, run.run_id)


def test_memory_that_runs_out_fails_the_step_and_not_the_process(tmp_path: Path) -> None:
    with started(tmp_path, "dying_in_process", "memory") as run:
        assert wait_for_status(tmp_path, run.run_id)[0] is DagsterRunStatus.FAILURE
        assert run.process.wait() == 0
    failed = next(event for event in events_of(tmp_path, run.run_id) if event.kind is EventKind.STEP_FAILURE)
    assert failed.error_info is not None
    assert "MemoryError" in failed.error_info.to_string()


def test_the_death_of_a_script_that_materializes_is_told(tmp_path: Path) -> None:
    with started(tmp_path, "a_script") as run:
        run.pids_at_work()
        os.kill(run.pid, signal.SIGKILL)
        status, seconds = wait_for_status(tmp_path, run.run_id)
        assert status is DagsterRunStatus.FAILURE
        assert seconds < 2.0
    assert "was killed by SIGKILL" in run_failure(tmp_path, run.run_id)


def test_a_killed_process_group_is_recorded(tmp_path: Path) -> None:
    with started(tmp_path, "lasting") as run:
        pids = run.pids_at_work()
        os.killpg(run.pid, signal.SIGKILL)
        status, seconds = wait_for_status(tmp_path, run.run_id)
        assert status is DagsterRunStatus.FAILURE
        assert seconds < 2.0
        wait_for_end(pids)


# -- a whole machine that stops: the guardian is gone, too -------------------------------------------------------


def kill_with_its_guardian(run: RunUnderTest) -> None:
    """Kill a run's process and all that it has started, as a machine does that stops."""
    pids = run.pids_at_work()
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    for pid in {run.pid, *pids, *map(int, children)}:
        os.kill(pid, signal.SIGKILL)
    run.process.wait()


def test_a_run_whose_guardian_died_too_is_ended_by_whoever_looks(tmp_path: Path) -> None:
    with started(tmp_path, "lasting_in_process") as run, hw.DagsterInstance.open(tmp_path) as instance:
        wait_for_message(tmp_path, run.run_id, "Started execution of step")
        assert instance.reconcile_runs() == []  # it lives
        kill_with_its_guardian(run)
        assert instance.get_status(run.run_id) is DagsterRunStatus.STARTED
        assert instance.reconcile_runs() == [run.run_id]
        assert instance.get_status(run.run_id) is DagsterRunStatus.FAILURE
        assert instance.reconcile_runs() == []
    assert f"(pid {run.pid}) is gone" in run_failure(tmp_path, run.run_id)


def test_a_new_run_ends_those_that_died(tmp_path: Path) -> None:
    with started(tmp_path, "lasting_in_process") as run:
        kill_with_its_guardian(run)
    with hw.DagsterInstance.open(tmp_path) as instance:
        assert hw.materialize([one], instance=instance).success
        assert instance.get_status(run.run_id) is DagsterRunStatus.FAILURE


@pytest.mark.parametrize("program", ["headwater run list", "headwater run show"])
def test_commands_that_tell_of_runs_end_those_that_died(tmp_path: Path, program: str) -> None:
    with started(tmp_path, "lasting_in_process") as run:
        kill_with_its_guardian(run)
    told = subprocess.run(
        [sys.executable, "-m", *program.split()],
        env={**os.environ, "HEADWATER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "FAILURE" in told.stdout


@hw.asset
def one() -> int:
    return 1


# -- killed at any moment, and resumed --------------------------------------------------------------------------


def kill_and_resume(home: Path, job: str, moment: int, *, the_step: bool) -> float:
    """Kill a run (or the step that runs) once so many events are recorded, and resume it; the seconds until it failed."""
    with started(home, job) as run:
        victim = wait_for_events(home, run.run_id, moment, the_step=the_step) or run.pid
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            victim = run.pid  # the step has ended meanwhile
            os.kill(victim, signal.SIGKILL)
        status, seconds = wait_for_status(home, run.run_id)
    if status is DagsterRunStatus.SUCCESS:  # it had just told that it is done
        check_history(home, job, run.run_id)
        return 0.0
    assert status is DagsterRunStatus.FAILURE
    if victim == run.pid:
        assert seconds < 2.0
    resumed = run_to_its_end(home, job, run.run_id)
    check_history(home, job, run.run_id, resumed)
    return seconds if victim == run.pid else 0.0


def wait_for_events(home: Path, run_id: str, count: int, *, the_step: bool) -> int | None:
    """Wait until so many events are recorded, or the run has ended; the process of the newest step, if it is wanted."""
    with hw.DagsterInstance.open(home) as instance:
        log, events = instance.storage.event_log, list[EventLogRecord]()
        while len(events) < count and not (events and events[-1].event.kind is EventKind.RUN_SUCCESS):
            events += log.run_events(run_id, after=events[-1].storage_id if events else 0)
            select.select([], [], [], 0.002)
    told = [each.event for each in events if each.event.kind is EventKind.STEP_WORKER_STARTED]
    return int(str(told[-1].engine_event_data.metadata["pid"].value)) if told and the_step else None


def expected_values(job: str) -> dict[str, object]:
    """What each step of a job gives."""
    if job == "fifty":
        return {
            f"{chain}_{number}": list(range(number))
            for chain in ("left", "right")
            for number in range(LENGTH)
        }
    doubled = {f"double[n{number}]": 2 * number for number in range(WIDTH)}
    mended = {f"shaky[n{number}]": 2 * number + 1 for number in range(WIDTH)}
    return {"fan": None, **doubled, **mended, "total": sum(mended.values())}


def check_history(home: Path, job: str, *runs: str) -> None:
    """All steps are done once over the runs, of which the last one succeeded, and the values are right."""
    with hw.DagsterInstance.open(home) as instance:
        assert instance.get_status(runs[-1]) is DagsterRunStatus.SUCCESS
        done = [
            (run_id, event.step_key)
            for run_id in runs
            for event in instance.all_logs(run_id, DagsterEventType.STEP_SUCCESS)
            if event.step_key is not None
        ]
    expected = expected_values(job)
    assert sorted(key for _, key in done) == sorted(expected)
    for run_id, key in done:
        if expected[key] is not None:
            file = home / "storage" / run_id / key / "result"
            assert pickle.loads(file.read_bytes()) == expected[key]


def check_moments(home: Path, job: str, count: int) -> list[float]:
    """Kill and resume so many runs; how long each dead one took to be recorded as failed."""
    generator = random.Random(count)
    events = len(events_of(home, run_to_its_end(home, job)))
    return [
        kill_and_resume(home, job, generator.randrange(1, events), the_step=turn % 2 == 1)
        for turn in range(count)
    ]


@pytest.mark.parametrize("job", ["fifty", "fanned"])
def test_killed_and_resumed(tmp_path: Path, job: str) -> None:
    check_moments(tmp_path, job, 2)


def test_of_several_assets_those_that_were_made_are_not_made_again(tmp_path: Path) -> None:
    first = run_to_its_end(tmp_path, "partly")
    second = run_to_its_end(tmp_path, "partly", first)
    with hw.DagsterInstance.open(tmp_path) as instance:
        assert instance.get_status(first) is DagsterRunStatus.FAILURE
        assert instance.get_status(second) is DagsterRunStatus.SUCCESS
    made = [
        [str(event.asset_key) for event in events_of(tmp_path, run_id) if event.is_step_materialization]
        for run_id in (first, second)
    ]
    assert made == [["AssetKey(['a'])", "AssetKey(['b'])"], ["AssetKey(['c'])"]]


@pytest.mark.slow
def test_killed_and_resumed_at_many_moments(tmp_path: Path) -> None:
    seconds = check_moments(tmp_path / "fifty", "fifty", 90) + check_moments(
        tmp_path / "fanned", "fanned", 10
    )
    print(f"{len(seconds)} kills; a run was recorded as failed after {max(seconds):.2f} s at most")
