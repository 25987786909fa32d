from __future__ import annotations

import sys
from pathlib import Path

import pytest

from headwater.hosting.workspace import read_workspace
from headwater.model.errors import DagsterInvariantViolationError
from tests.unit.hosting.conftest import Write


def test_short_and_long_entries(write: Write, tmp_path: Path) -> None:
    path = write(
        "conf/workspace.yaml",
        """
        load_from:
          - python_file: first.py
          - python_module: second.definitions
          - python_package: third
          - python_file:
              relative_path: ../fourth.py
              attribute: defs
              working_directory: ..
              location_name: the fourth
          - python_module: {module_name: fifth, working_directory: src}
        """,
    )
    first, second, third, fourth, fifth = read_workspace(path)
    assert first.python_file == tmp_path / "conf" / "first.py"
    assert first.working_directory == tmp_path / "conf"
    assert second.module_name == "second.definitions"
    assert third.module_name == "third"
    assert (fourth.name, fourth.attribute, fourth.working_directory) == ("the fourth", "defs", tmp_path)
    assert fourth.python_file is not None
    assert fourth.python_file.resolve() == tmp_path / "fourth.py"
    assert fifth.working_directory == tmp_path / "conf" / "src"


def test_the_interpreter_may_be_the_one_that_runs(write: Write) -> None:
    path = write(
        "workspace.yaml",
        f"load_from: [python_file: {{relative_path: a.py, executable_path: {sys.executable}}}]",
    )
    assert len(read_workspace(path)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("load_from: [", "is no valid YAML"),
        ("locations: []", "is no workspace: Object missing required field `load_from`"),
        ("load_from: [{python_fiel: a.py}]", "unknown field `python_fiel`"),
        ("load_from: [{python_file: {attribute: x}}]", "An entry of .* names no code"),
        (
            "load_from: [{grpc_server: {host: h, port: 1}}]",
            "names a gRPC server. Headwater loads code by itself",
        ),
        (
            "load_from: [{python_file: {relative_path: a.py, executable_path: /venv/bin/python}}]",
            r"wants another Python for a location \(/venv/bin/python\)",
        ),
    ],
    ids=["no YAML", "no list", "misspelt", "no code", "server", "another Python"],
)
def test_what_cannot_be_used_is_told_with_the_file(write: Write, text: str, message: str) -> None:
    path = write("workspace.yaml", text)
    with pytest.raises(DagsterInvariantViolationError, match=message) as raised:
        read_workspace(path)
    assert str(path) in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DagsterInvariantViolationError, match=r"nowhere.yaml cannot be read: No such file"):
        read_workspace(tmp_path / "nowhere.yaml")
