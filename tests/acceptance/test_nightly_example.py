"""The example of a run that fails and is gone on from, as its README tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.project_copy import ProjectCopy


@pytest.fixture
def failed(tmp_path: Path) -> ProjectCopy:
    """The example after its first run, with what that lacked."""
    project = ProjectCopy("nightly", tmp_path)
    ended = project.python("-m", "headwater", "job", "execute", "-f", "nightly.py")
    assert ended.returncode == 1
    assert "FileNotFoundError" in ended.stderr
    assert "headwater run resume" in ended.stdout
    (project.path / "template.txt").write_text("There were {count} alarms.\n")
    return project


def letter_of(project: ProjectCopy) -> str:
    ended = project.python(
        "-c",
        "from nightly import defs; import headwater as hw\n"
        "print(defs.load_asset_value('letter', instance=hw.DagsterInstance.get()))",
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_gone_on_from_the_shell(failed: ProjectCopy) -> None:
    ended = failed.python("-m", "headwater", "run", "resume", "-f", "nightly.py")
    assert ended.returncode == 0, ended.stderr
    assert "which has 2 steps done." in ended.stdout
    assert ": 1 step done." in ended.stdout
    assert letter_of(failed) == "There were 2 alarms."


def test_gone_on_from_python(failed: ProjectCopy) -> None:
    ended = failed.python("go_on.py")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("SUCCESS: letter\n")
    assert letter_of(failed) == "There were 2 alarms."
