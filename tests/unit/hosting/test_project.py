from __future__ import annotations

from pathlib import Path

import pytest

from headwater.hosting.project import find_project
from headwater.hosting.project_folder import find_project_folder
from headwater.model.errors import DagsterImportError
from tests.unit.hosting.conftest import Write

TABLE = '[tool.headwater]\nmodule_name = "weather"\n'


def test_a_project_is_found_from_below(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", TABLE)
    write("src/weather/assets.py", "")
    project = find_project(tmp_path / "src" / "weather")
    assert project.folder == tmp_path
    assert [each.module_name for each in project.targets] == ["weather"]
    assert project.targets[0].working_directory == tmp_path


def test_a_file_of_a_project_belongs_to_its_folder(write: Write, tmp_path: Path) -> None:
    """So that its history is the project's, whichever way the code is named."""
    write("pyproject.toml", TABLE)
    file = write("src/weather.py", "")
    assert find_project(tmp_path, python_files=["src/weather.py"]).folder == tmp_path
    assert find_project(tmp_path, python_files=["src/weather.py"]).targets[0].python_file == file


def test_a_file_on_its_own_has_its_folder_for_a_project(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", "[project]\nname = 'something else'\n")
    write("scripts/hello.py", "")
    assert find_project(tmp_path, python_files=["scripts/hello.py"]).folder == tmp_path / "scripts"
    assert find_project_folder(tmp_path, python_files=["scripts/hello.py"]) == tmp_path / "scripts"


def test_a_workspace_is_beside_its_history(write: Write, tmp_path: Path) -> None:
    write("deploy/workspace.yaml", "load_from: [python_file: ../a.py, python_module: b]")
    project = find_project(tmp_path, workspaces=["deploy/workspace.yaml"])
    assert project.folder == tmp_path / "deploy"
    assert [each.name for each in project.targets] == ["a.py", "b"]
    assert find_project(tmp_path / "deploy").targets == project.targets


def test_pyproject_goes_before_a_workspace(write: Write, tmp_path: Path) -> None:
    write("workspace.yaml", "load_from: [python_file: a.py]")
    write("pyproject.toml", TABLE)
    assert [each.name for each in find_project(tmp_path).targets] == ["weather"]


def test_what_is_said_counts_more_than_what_the_file_says(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", TABLE)
    [target] = find_project(tmp_path, attribute="other", working_directory="src").targets
    assert (target.attribute, target.working_directory) == ("other", tmp_path / "src")


def test_several_files_and_modules_are_several_locations(tmp_path: Path) -> None:
    project = find_project(tmp_path, python_files=["a.py", "b.py"], module_names=["c"])
    assert [each.name for each in project.targets] == ["a.py", "b.py", "c"]
    assert {each.working_directory for each in project.targets} == {tmp_path}


def test_definitions_py_is_taken_when_nothing_is_said(write: Write, tmp_path: Path) -> None:
    file = write("definitions.py", "")
    project = find_project(tmp_path)
    assert project.guess == file
    assert [each.python_file for each in project.targets] == [file]


def test_nothing_to_load_names_what_looks_like_it(write: Write, tmp_path: Path) -> None:
    write("notes.py", "print('nothing of interest')")
    write("hello.py", "import headwater as hw\ndefs = hw.Definitions()\n")
    write("src/weather/definitions.py", "")
    with pytest.raises(DagsterImportError) as raised:
        find_project(tmp_path)
    assert "Say where the definitions are: -f FILE, -m MODULE or -w WORKSPACE." in str(raised.value)
    assert "Perhaps -f hello.py or -f src/weather/definitions.py?" in str(raised.value)
