"""A supervisor with a real code process: runs from the queue, evaluations, new code, and its end."""

from __future__ import annotations

import datetime
import os
import signal
import sys
import time

import pytest

from headwater.hosting.code_location import load_location
from headwater.hosting.code_target import CodeTarget
from headwater.instance.queued_run import execute_queued_run
from headwater.instance.run_limits import load_run_limits
from headwater.instance.supervisor import Supervisor
from headwater.model.errors import CodeHostError
from headwater.model.event import EventKind
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRunStatus
from headwater.model.tick import AutomationId, AutomationKind, TickRequest, TickStatus
from tests.integration.supervisor.conftest import (
    PATIENCE_SECONDS,
    PROJECT,
    Project,
    children_of,
    is_alive,
    wait_until,
)

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
COUNTS = AutomationId("here", "counts")


def request(name: str, kind: AutomationKind, **given: float | str) -> TickRequest:
    return TickRequest(automation=AutomationId("here", name), kind=kind, **{"due_at": 0.0, **given})  # type: ignore[arg-type]


def test_a_queued_run_is_carried_out(project: Project, supervisor: Supervisor) -> None:
    run = supervisor.submit(project.run_of("numbers", "total", team="x"))
    ended = project.wait_for(run, DagsterRunStatus.SUCCESS)
    assert ended.tags["team"] == "x"
    assert project.instance.get_latest_materialization_event(AssetKey("total")) is not None


def test_the_supervisor_does_not_import_the_code(project: Project, supervisor: Supervisor) -> None:
    (location,) = supervisor.locations
    assert location.manifest is not None
    assert "project" not in sys.modules
    assert [node.name for node in location.manifest.sensors] == ["counts", "hangs"]


def test_a_run_that_fails_is_told_and_can_go_on(project: Project, supervisor: Supervisor) -> None:
    run = supervisor.submit(project.run_of("numbers", "broken"))
    project.wait_for(run, DagsterRunStatus.FAILURE)
    again = supervisor.run_again(run.run_id, from_failure=True)
    project.wait_for(again, DagsterRunStatus.FAILURE)
    begun = project.instance.all_logs(again.run_id, of_type=EventKind.STEP_START)
    assert [event.step_key for event in begun] == ["broken"]


def test_what_keeps_a_run_from_beginning_is_its_failure(project: Project, supervisor: Supervisor) -> None:
    run = supervisor.submit(project.run_of("no_such_asset"))
    project.wait_for(run, DagsterRunStatus.FAILURE)
    (failure,) = project.instance.all_logs(run.run_id, of_type=EventKind.RUN_FAILURE)
    assert "no_such_asset" in failure.message


def test_a_run_whose_processes_are_killed_has_failed(project: Project, supervisor: Supervisor) -> None:
    run = supervisor.submit(project.run_of("dies"))
    project.wait_for(run, DagsterRunStatus.FAILURE)
    after = supervisor.submit(project.run_of("numbers"))
    project.wait_for(after, DagsterRunStatus.SUCCESS)


def test_a_run_is_cancelled_with_all_its_processes(project: Project, supervisor: Supervisor) -> None:
    run = supervisor.submit(project.run_of("endless"))
    pid_file = project.folder / "endless.pid"
    wait_until(lambda: pid_file.exists() and pid_file.read_text(), "the step")
    assert supervisor.cancel(run.run_id)
    assert project.instance.get_status(run.run_id) is DagsterRunStatus.CANCELED
    wait_until(lambda: not is_alive(int(pid_file.read_text())), "the end of the step's process")


def test_the_limit_of_a_tag_keeps_a_run_back_and_lets_others_pass(project: Project) -> None:
    (project.folder / "pyproject.toml").write_text(
        "[tool.headwater.concurrency.runs]\n"
        'tag_concurrency_limits = [{ key = "database", value = "small", limit = 1 }]\n'
    )
    limits = load_run_limits(project.folder / ".headwater", project.folder)
    with project.supervisor(limits=limits) as supervisor:
        first = supervisor.submit(project.run_of("endless", database="small"))
        project.wait_for(first, DagsterRunStatus.STARTED)
        second = supervisor.submit(project.run_of("numbers", database="small"))
        other = supervisor.submit(project.run_of("numbers", database="big"))
        project.wait_for(other, DagsterRunStatus.SUCCESS)
        assert project.instance.get_status(second.run_id) is DagsterRunStatus.QUEUED
        assert supervisor.cancel(first.run_id)
        project.wait_for(second, DagsterRunStatus.SUCCESS)


def test_a_schedule_is_evaluated_in_its_time_zone(supervisor: Supervisor) -> None:
    at = datetime.datetime(2024, 7, 1, tzinfo=datetime.UTC).timestamp()
    answer = supervisor.preview(request("nightly", AutomationKind.SCHEDULE, due_at=at))
    assert answer.result is not None
    (wanted,) = answer.result.run_requests
    assert wanted.tags["at"] == "2024-07-01T02:00:00+02:00"


def test_a_sensor_that_is_switched_on_ticks_and_launches_once(
    project: Project, supervisor: Supervisor
) -> None:
    (location,) = supervisor.locations
    assert location.manifest is not None
    supervisor.switch(COUNTS, location.manifest.sensors[0], True)
    store = project.instance.storage.schedules
    wait_until(lambda: len(store.ticks(COUNTS)) >= 2, "two ticks")
    newest, *_, oldest = store.ticks(COUNTS)
    assert (oldest.status, len(oldest.run_ids)) == (TickStatus.SUCCESS, 1)
    assert (newest.run_ids, newest.known_run_ids) == ([], oldest.run_ids)
    run = project.instance.get_run_by_id(oldest.run_ids[0])
    assert run is not None
    project.wait_for(run, DagsterRunStatus.SUCCESS)
    assert run.tags["dagster/sensor_name"] == "counts"


def test_one_that_hangs_is_ended_and_delays_nobody(supervisor: Supervisor) -> None:
    failed = supervisor.host.evaluate(request("hangs", AutomationKind.SENSOR))
    answer = supervisor.preview(request("counts", AutomationKind.SENSOR, cursor="6"))
    assert not failed.done()
    assert answer.result is not None
    assert answer.result.cursor == "7"
    with pytest.raises(CodeHostError, match="took longer than 1 s"):
        failed.result(PATIENCE_SECONDS)


def test_changed_code_is_loaded_again_and_broken_code_is_shown(project: Project) -> None:
    with project.supervisor(watch=True) as supervisor:
        supervisor.host.wait_loaded(PATIENCE_SECONDS)
        project.write(PROJECT.replace("total", "sum_of_all"))
        wait_until(lambda: supervisor.locations[0].version == 2, "the new code")
        manifest = supervisor.locations[0].manifest
        assert manifest is not None
        assert "sum_of_all" in {node.key.to_user_string() for node in manifest.assets}
        project.write("import nowhere_to_be_found")
        wait_until(lambda: supervisor.locations[0].error, "the error")
        state = supervisor.locations[0]
        assert state.error is not None
        assert "nowhere_to_be_found" in state.error.message
        assert (state.version, state.manifest) == (2, manifest)
        run = supervisor.submit(project.run_of("numbers"))  # by the code that was good
        project.wait_for(run, DagsterRunStatus.SUCCESS)
        project.write(PROJECT)
        wait_until(lambda: supervisor.locations[0].version == 3, "the mended code")
        assert supervisor.locations[0].error is None


def test_it_ends_with_all_its_processes(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    before = set(children_of(os.getpid()))
    supervisor = project.supervisor()
    supervisor.start()
    supervisor.host.wait_loaded(PATIENCE_SECONDS)
    run = supervisor.submit(project.run_of("endless"))
    wait_until((project.folder / "endless.pid").exists, "the step")
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 4.0
    assert project.instance.get_status(run.run_id) is DagsterRunStatus.CANCELED
    wait_until(
        lambda: not [pid for pid in set(children_of(os.getpid())) - before if is_alive(pid)], "the last end"
    )
    assert "Traceback" not in capfd.readouterr().err, "that it was cancelled is no fault to report"


def test_a_location_whose_process_is_killed_comes_back(project: Project, supervisor: Supervisor) -> None:
    serving = supervisor.host.process_of("here")
    assert serving is not None
    os.kill(serving.pid, signal.SIGKILL)
    wait_until(lambda: supervisor.locations[0].version == 2, "a new process")
    run = supervisor.submit(project.run_of("numbers"))
    project.wait_for(run, DagsterRunStatus.SUCCESS)


def test_a_queued_run_whose_process_is_about_to_begin_is_left_alone(project: Project) -> None:
    run = project.instance.add_run(project.run_of("numbers"))
    lease = project.folder / ".headwater" / "running" / f"{run.run_id}.lease"
    lease.parent.mkdir(exist_ok=True)
    lease.touch()  # made, and not yet locked
    assert project.instance.reconcile_runs() == []
    assert project.instance.get_status(run.run_id) is DagsterRunStatus.QUEUED


def test_many_runs_begin_at_once(project: Project, supervisor: Supervisor) -> None:
    for run in [supervisor.submit(project.run_of("numbers")) for _ in range(20)]:
        project.wait_for(run, DagsterRunStatus.SUCCESS)


def test_a_run_that_another_process_is_about_to_begin_is_left_to_it(project: Project) -> None:
    target = CodeTarget(python_file=project.file, working_directory=project.folder, location_name="here")
    run = project.instance.add_run(project.run_of("numbers"))
    with project.instance.run_control.at_work(run.run_id):
        execute_queued_run(load_location(target), project.instance, run.run_id)
    assert project.instance.get_status(run.run_id) is DagsterRunStatus.QUEUED
    project.instance.close()
