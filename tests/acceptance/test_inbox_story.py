"""The inbox example under a real `headwater dev`: files arrive, runs follow, a failure is noted, and all of it ends."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.acceptance.patience import wait_for
from tests.acceptance.project_copy import ProjectCopy
from tests.acceptance.shell import read_address


def test_files_that_arrive_are_taken_in_and_failures_are_noted(tmp_path: Path) -> None:
    inbox = ProjectCopy("inbox", tmp_path)
    (inbox.path / "inbox").mkdir()
    with inbox.start(f"{sys.executable} -m headwater dev --port 0") as said:
        address = read_address(said)
        (inbox.path / "inbox" / "a.txt").write_text("212\n240\n")

        def runs(status: str) -> list[dict[str, object]]:
            found: list[dict[str, object]] = inbox.json("run", "list", "--status", status)
            return found

        wait_for(lambda: len(runs("success")) == 1, "the run of a.txt")
        launched = inbox.python("launch.py", f"{address}/api/v1")
        assert launched.stdout == "SUCCESS\n", launched.stderr
        (inbox.path / "inbox" / "b.txt").write_text("no level\n")
        wait_for((inbox.path / "alarms.txt").exists, "the alarm")
        assert "take_in" in (inbox.path / "alarms.txt").read_text()
    assert len(runs("success")) == 2
    assert len(runs("failure")) == 1


def test_the_tests_that_come_with_it_pass(tmp_path: Path) -> None:
    ended = ProjectCopy("inbox", tmp_path).python("-m", "pytest", "-q")
    assert ended.returncode == 0, ended.stdout
