"""The harbour example under a real `headwater dev`, which is killed and begun again: each update leads to one run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.acceptance.patience import wait_for
from tests.acceptance.project_copy import ProjectCopy

pytestmark = pytest.mark.slow


def test_each_update_leads_to_one_run_whatever_is_restarted(tmp_path: Path) -> None:
    harbour = ProjectCopy("harbour", tmp_path)

    def runs() -> int:
        return len(harbour.json("run", "list", "--status", "SUCCESS"))

    def ticks() -> int:
        return len(harbour.json("sensor", "ticks", "often"))

    for number in (1, 2):  # the second one is another process, which goes on where the first one ended
        with harbour.start(f"{sys.executable} -m headwater dev --port 0"):
            before = ticks()
            wait_for(lambda seen=before: ticks() > seen, "a first look")  # type: ignore[misc]
            made = harbour.python("-m", "headwater", "asset", "materialize", "--select", "arrivals")
            assert made.returncode == 0, made.stderr
            wait_for(lambda due=2 * number: runs() == due, "the run of berths and sign")  # type: ignore[misc]
            after = ticks()
            wait_for(lambda seen=after: ticks() > seen, "another look")  # type: ignore[misc]
    assert runs() == 4
    shown = harbour.python("-m", "headwater", "asset", "show", "berths").stdout
    assert "Made by itself: eager, by the sensor often" in shown
    assert "newly_updated of arrivals" in shown
