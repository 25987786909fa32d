"""The places of a pool are shared by the runs of all processes, and a killed run keeps none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import headwater as hw

PROGRAM = Path(__file__).parent / "pool_jobs.py"


class Run:
    """A run in a process of its own, which tells what happens line by line."""

    def __init__(self, home: Path, job: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(home), job],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        with self.process:  # closes its pipes, and waits
            self.process.kill()

    def finish(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with hw.DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance.set_pool_limit("printer", 1)
    return tmp_path


def test_a_step_waits_for_the_place_that_another_run_has(home: Path) -> None:
    with Run(home, "staying") as first:
        assert first.line() == "at work"
        with Run(home, "passing") as second:
            assert second.line() == "waits"
            first.finish()
            assert first.line() == "ended True"
            assert second.line() == "at work"
            assert second.line() == "ended True"


def test_the_place_of_a_killed_run_is_free(home: Path) -> None:
    with Run(home, "staying") as first:
        assert first.line() == "at work"
        with Run(home, "passing") as second:
            assert second.line() == "waits"
            first.process.kill()
            assert second.line() == "at work"
            assert second.line() == "ended True"


def test_the_command_sets_a_limit_and_tells_who_has_the_places(home: Path) -> None:
    def headwater(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "headwater", "pool", *arguments],
            env={"HEADWATER_HOME": str(home), "PATH": ""},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    with Run(home, "staying") as run:
        assert run.line() == "at work"
        [told] = json.loads(headwater("list", "--json"))
        assert (told["pool"], told["places"], told["at_work"][0]["step_key"]) == ("printer", 1, "stay")
        assert headwater("set", "printer", "2") == "printer has 2 places.\n"
        assert "printer  2       stay (" in headwater("list")
        run.finish()
        assert run.line() == "ended True"
    assert headwater("delete", "printer") == "printer has no limit any more.\n"
    assert headwater("list") == ""
