"""`headwater init`: the project that it makes runs, and nothing that was there before is touched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from headwater.model.errors import ProjectFileExistsError
from tests.acceptance.project_copy import EXAMPLES
from tests.acceptance.shell import Shell


def made(folder: Path) -> dict[str, str]:
    """The text of each file below a folder."""
    return {str(each.relative_to(folder)): each.read_text() for each in folder.rglob("*") if each.is_file()}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_new_project_is_valid_runs_and_passes_its_own_tests(shell: Shell) -> None:
    printed = shell.says("init", "corner-shop")
    assert printed.splitlines()[-3:] == [
        "  cd corner-shop",
        "  headwater asset materialize --select '*'",
        "  headwater dev",
    ]
    folder = "corner-shop"
    assert "3 assets" in shell.says("definitions", "validate", folder=folder)
    assert "3 steps done" in shell.says("asset", "materialize", "--select", "*", folder=folder)
    assert "0 6 * * *" in shell.says("schedule", "list", "--json", folder=folder)
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error"],
        cwd=shell.path / folder,
        env=shell.environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert tested.returncode == 0, tested.stdout
    assert "3 passed" in tested.stdout


def test_what_it_makes_is_the_example_that_the_docs_quote(shell: Shell) -> None:
    shell.says("init", "bakery")
    example = made(EXAMPLES / "bakery")
    assert made(shell.path / "bakery") == {
        path: text for path, text in example.items() if path != "README.md" and "__pycache__" not in path
    }


def test_the_history_and_the_data_stay_out_of_version_control(shell: Shell) -> None:
    shell.says("init", "bakery")
    shell.says("asset", "materialize", "--select", "*", folder="bakery")
    new = {path.name for path in (shell.path / "bakery").iterdir()}
    ignored = (shell.path / "bakery" / ".gitignore").read_text().splitlines()
    assert {"data", ".headwater"} <= new
    assert {"data/", ".headwater/"} <= set(ignored)


def test_a_file_that_is_there_is_named_and_nothing_is_written(shell: Shell) -> None:
    mine = shell.path / "bakery" / "tests" / "test_assets.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    told = shell.fails("init", "bakery")
    assert told == f"{ProjectFileExistsError('bakery/tests/test_assets.py')}\n"
    assert made(shell.path) == {"bakery/tests/test_assets.py": "mine"}


def test_a_second_call_changes_nothing(shell: Shell) -> None:
    shell.says("init", "bakery")
    before = made(shell.path)
    assert "bakery/pyproject.toml is there already" in shell.fails("init", "bakery")
    assert made(shell.path) == before


@pytest.mark.parametrize("name", ["json", "headwater", "class", "tests", "2nd", "a b", "../up", ""])
def test_a_name_that_no_package_can_have_is_refused(shell: Shell, name: str) -> None:
    assert "NAME" in shell.fails("init", name)
    assert made(shell.path) == {}
