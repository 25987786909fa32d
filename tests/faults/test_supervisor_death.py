"""The supervisor is killed: what runs goes on, nothing is left behind, and the next one takes over."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from headwater.instance.instance import DagsterInstance
from headwater.model.run import DagsterRun, DagsterRunStatus
from tests.integration.supervisor.conftest import Project, children_of, is_alive, wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

PATIENT = """
import os, time
from pathlib import Path
from headwater import *

@asset
def patient():
    Path("patient.pid").write_text(str(os.getpid()))
    while not Path("go_on").exists():
        time.sleep(0.02)

defs = Definitions(assets=[patient])
"""


def supervise(project: Project) -> int:
    """A process with a supervisor in it; its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        supervisor = project.supervisor()
        supervisor.start()
        signal.pause()
    finally:
        os._exit(1)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    made = Project(tmp_path)
    made.write(PATIENT)
    return made


def test_runs_outlive_the_supervisor(project: Project) -> None:
    supervisor = supervise(project)
    instance: DagsterInstance = project.instance
    run: DagsterRun = instance.add_run(project.run_of("patient"))
    wait_until((project.folder / "patient.pid").exists, "the step")
    below = children_of(supervisor)
    os.kill(supervisor, signal.SIGKILL)
    os.waitpid(supervisor, 0)
    (project.folder / "go_on").touch()
    project.wait_for(run, DagsterRunStatus.SUCCESS)
    wait_until(lambda: not [pid for pid in below if is_alive(pid)], "the end of all its processes")

    waiting = instance.add_run(project.run_of("patient"))  # recorded while nobody was there
    with project.supervisor() as next_one:
        assert next_one.wait_loaded(30)
        project.wait_for(waiting, DagsterRunStatus.SUCCESS)
    instance.close()
