"""Two ``headwater up`` on one Postgres: when the one that leads is killed, the other goes on, and nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.adapters.sql.postgres.storage import PostgresStorage, open_storage
from headwater.model.tick import AutomationId
from tests.postgres_server import fresh_schema

pytestmark = [pytest.mark.slow, pytest.mark.faults]
CODE = """
import headwater as hw

@hw.asset
def counted(): return 1

@hw.sensor(asset_selection=["counted"], minimum_interval_seconds=1, default_status=hw.DefaultSensorStatus.RUNNING)
def counts(context):
    number = int(context.cursor or 0) + 1
    context.update_cursor(str(number))
    return hw.RunRequest(run_key=str(number))

defs = hw.Definitions(assets=[counted], sensors=[counts])
"""
PATIENCE_SECONDS = 60.0


def wait_until(holds: Callable[[], bool]) -> float:
    """Look until it holds; how many seconds that took."""
    began_at = time.monotonic()
    while not holds():
        assert time.monotonic() - began_at < PATIENCE_SECONDS
        time.sleep(0.05)
    return time.monotonic() - began_at


@pytest.fixture
def project(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here.py").write_text(CODE)
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_schema(postgres))
    return tmp_path


@pytest.fixture
def storage(project: Path) -> Iterator[PostgresStorage]:
    storage = open_storage(os.environ["HEADWATER_DATABASE_URL"])
    yield storage
    storage.close()


def headwater(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headwater", *words, "-f", "here.py"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def supervisors(project: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two processes of ``headwater up``."""
    command = [
        sys.executable,
        "-m",
        "headwater",
        "up",
        "-f",
        "here.py",
        "--port",
        "0",
        "--log-format",
        "json",
    ]
    begun = [
        subprocess.Popen([*command, "--log-file", f"{name}.log"], cwd=project, stdin=subprocess.DEVNULL)
        for name in ("one", "two")
    ]
    yield begun
    for process in begun:
        process.terminate()
        process.wait(30)


def states(project: Path) -> list[dict[str, Any]]:
    return list(json.loads(headwater(project, "status", "--json").stdout))


def test_another_one_leads_when_the_leader_is_killed(
    project: Path, storage: PostgresStorage, supervisors: list[subprocess.Popen[bytes]]
) -> None:
    def ticks() -> int:
        return len(storage.schedules.ticks(AutomationId("here.py", "counts")))

    wait_until(lambda: ticks() >= 2)
    wait_until(lambda: len(states(project)) == 2)
    (leader,) = [state for state in states(project) if state["leads"]]
    os.kill(leader["process"]["pid"], signal.SIGKILL)
    known = ticks()
    assert wait_until(lambda: ticks() >= known + 2) < 15.0

    wait_until(lambda: [state["leads"] for state in states(project)] == [True])
    (left,) = states(project)
    assert left["process"]["pid"] != leader["process"]["pid"]
    recorded = storage.schedules.ticks(AutomationId("here.py", "counts"))
    assert [len(tick.run_ids) for tick in recorded] == [1] * len(recorded), "a run key was used twice"

    stopped = headwater(project, "stop")
    assert stopped.stdout == f"Stopped headwater up (process {left['process']['pid']}).\n"
    assert headwater(project, "status").returncode == 3
    messages = [json.loads(line)["message"] for line in (project / "one.log").read_text().splitlines()]
    assert any(message.startswith("Headwater is at http://127.0.0.1:") for message in messages)
