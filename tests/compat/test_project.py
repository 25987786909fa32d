"""A project written for Dagster: its own tests run, and the commands in its Makefile."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.compat.document import clean_environment

PROJECT = Path(__file__).parent / "project"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m headwater.compat`` in the project's folder, with a history in ``folder``."""
    return subprocess.run(
        [sys.executable, "-m", "headwater.compat", *arguments],
        cwd=PROJECT,
        env=clean_environment() | {"HEADWATER_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_its_tests_run(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "orders_tests.py")
    assert "6 passed" in done.stdout, done.stdout + done.stderr


def test_its_commands_run(tmp_path: Path) -> None:
    made = run(
        tmp_path, "-m", "dagster", "asset", "materialize", "--select", "*top_orders", "-f", "orders.py"
    )
    assert made.returncode == 0, made.stderr
    ran = run(tmp_path, "-m", "dagster", "job", "execute", "-f", "orders.py", "-j", "greeting")
    assert ran.returncode == 0, ran.stderr
    runs = json.loads(run(tmp_path, "-m", "dagster", "run", "list", "--json").stdout)
    assert [each["status"] for each in runs] == ["SUCCESS", "SUCCESS"]


def test_a_command_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "dagster", "job", "launch", "-f", "orders.py")
    assert (done.returncode, "No such command 'launch'" in done.stderr) == (2, True)
