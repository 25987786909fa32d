"""A project in a folder of its own, and a supervisor that runs it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headwater.hosting.code_target import CodeTarget
from headwater.instance.code_process import code_process_arguments
from headwater.instance.instance import DagsterInstance
from headwater.instance.run_limits import RunLimits
from headwater.instance.supervisor import Supervisor
from headwater.model.event import new_run_id
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun, DagsterRunStatus

PATIENCE_SECONDS = 30.0
PROJECT = """
import os, time
from pathlib import Path
from headwater import *

@asset
def numbers():
    return [1, 2, 3]

@asset
def total(numbers):
    return sum(numbers)

@asset
def broken():
    raise ValueError("no numbers today")

@asset
def endless():
    Path("endless.pid").write_text(str(os.getpid()))
    while True:
        time.sleep(1)

@asset
def dies():
    os.kill(os.getppid(), 9)
    os.kill(os.getpid(), 9)

@sensor(target=AssetSelection.assets("numbers"), minimum_interval_seconds=1)
def counts(context):
    context.update_cursor(str(int(context.cursor or 0) + 1))
    return RunRequest(run_key="once")

@sensor(target=AssetSelection.assets("numbers"))
def hangs(context):
    while True:
        time.sleep(1)

@schedule(cron_schedule="0 2 * * *", target=AssetSelection.assets("total"), execution_timezone="Europe/Berlin")
def nightly(context):
    return RunRequest(tags={"at": context.scheduled_execution_time.isoformat()})

defs = Definitions(assets=[numbers, total, broken, endless, dies], sensors=[counts, hangs], schedules=[nightly])
"""


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Look often, and give up after a while, saying ``what`` did not come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come"
        pause.wait(0.01)


class Project:
    """A folder with code and a history."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "project.py"
        self.write(PROJECT)
        self.instance = DagsterInstance.open(folder / ".headwater")

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def supervisor(self, *, watch: bool = False, limits: RunLimits | None = None) -> Supervisor:
        target = CodeTarget(python_file=self.file, working_directory=self.folder, location_name="here")
        arguments = code_process_arguments(self.folder / ".headwater", target)
        return Supervisor(self.instance, {"here": arguments}, watch=watch, limits=limits)

    def run_of(self, *names: str, **tags: str) -> DagsterRun:
        return DagsterRun(
            run_id=new_run_id(),
            job_name="__ASSET_JOB",
            asset_selection=[AssetKey(name) for name in names],
            location="here",
            status=DagsterRunStatus.QUEUED,
            tags=tags,
        )

    def wait_for(self, run: DagsterRun, *statuses: DagsterRunStatus) -> DagsterRun:
        def there() -> bool:
            return self.instance.get_status(run.run_id) in statuses

        wait_until(there, f"the run to be {statuses}")
        found = self.instance.get_run_by_id(run.run_id)
        assert found is not None
        return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEADWATER_EVALUATION_SECONDS", "1")
    made = Project(tmp_path)
    yield made
    made.instance.close()


@pytest.fixture
def supervisor(project: Project) -> Iterator[Supervisor]:
    with project.supervisor() as supervisor:
        assert supervisor.host.wait_loaded(PATIENCE_SECONDS)
        yield supervisor


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and it is no corpse."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(pid: int) -> list[int]:
    """Every process below one."""
    found: list[int] = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parent = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == pid:
                found += [int(name), *children_of(int(name))]
    return found
