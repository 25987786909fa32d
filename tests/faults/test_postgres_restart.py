"""The server of the history goes away while a run is at work, and comes back: the run waits for it, and succeeds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headwater.adapters.sql.postgres.storage import open_storage
from headwater.instance.run_lease import is_alive
from headwater.model.event import EventKind
from tests.postgres_server import fresh_schema, running_server

pytestmark = [pytest.mark.slow, pytest.mark.faults]
DOWN_SECONDS = 5.0
CODE = """
import pathlib, time
import headwater as hw

@hw.asset
def first(context):
    context.log.info("begun")
    pathlib.Path("begun").touch()
    while not pathlib.Path("go").exists():
        context.log.info("waiting")
        time.sleep(0.2)
    return 1

@hw.asset
def second(first): return first + 1

defs = hw.Definitions(assets=[first, second])
"""


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60.0
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_outlasts_the_absence_of_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here.py").write_text(CODE)
    with running_server() as server:
        url = fresh_schema(server.get_uri())
        monkeypatch.setenv("HEADWATER_DATABASE_URL", url)
        run = subprocess.Popen(
            [sys.executable, "-m", "headwater", "asset", "materialize", "-f", "here.py", "--select", "*"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_until((tmp_path / "begun").exists)
        crash_and_start_again(server)
        (tmp_path / "go").touch()
        out, _ = run.communicate(timeout=90)
        assert run.returncode == 0, out
        storage = open_storage(url)
        (record,) = storage.runs.find()
        assert record.dagster_run.status.value == "SUCCESS"
        kinds = [each.event.kind for each in storage.event_log.run_events(record.dagster_run.run_id)]
        assert kinds.count(EventKind.RUN_SUCCESS) == 1
        assert kinds.count(EventKind.ASSET_MATERIALIZATION) == 2
        assert kinds.count(EventKind.STEP_START) == 2
        storage.close()


def crash_and_start_again(server: Any) -> None:
    """End the server without a word to its clients, and start it after a while."""
    pid = server.get_pid()
    os.kill(pid, signal.SIGQUIT)
    wait_until(lambda: not is_alive(pid))
    time.sleep(DOWN_SECONDS)
    server.ensure_postgres_running()
