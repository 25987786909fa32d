from __future__ import annotations

from pathlib import Path

import pytest

from headwater.hosting.code_target import CodeTarget
from headwater.hosting.pyproject import read_table, read_targets
from headwater.model.errors import DagsterInvariantViolationError
from tests.unit.hosting.conftest import Write


def targets_of(folder: Path) -> list[CodeTarget]:
    table = read_table(folder)
    assert table is not None
    return read_targets(table, folder)


def test_a_module_with_all_that_may_be_said_of_it(write: Write, tmp_path: Path) -> None:
    write(
        "pyproject.toml",
        """
        [tool.headwater]
        module_name = "weather.definitions"
        working_directory = "src"
        code_location_name = "weather"
        attribute = "defs"
        """,
    )
    [target] = targets_of(tmp_path)
    assert target.module_name == "weather.definitions"
    assert target.working_directory == tmp_path / "src"
    assert target.attribute == "defs"
    assert target.name == "weather"


def test_the_table_of_dagster_counts_where_there_is_no_other(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", '[tool.dagster]\nmodule_name = "theirs"\n')
    assert [each.module_name for each in targets_of(tmp_path)] == ["theirs"]
    write(
        "pyproject.toml", '[tool.dagster]\nmodule_name = "theirs"\n[tool.headwater]\nmodule_name = "ours"\n'
    )
    assert [each.module_name for each in targets_of(tmp_path)] == ["ours"]


@pytest.mark.parametrize(
    "line", ['python_file = "a.py"', 'python_file = ["a.py"]', 'python_files = ["a.py"]'], ids=str
)
def test_a_file_may_be_named_in_each_spelling(write: Write, tmp_path: Path, line: str) -> None:
    write("pyproject.toml", f"[tool.headwater]\n{line}\n")
    assert [each.python_file for each in targets_of(tmp_path)] == [tmp_path / "a.py"]


def test_several_modules_are_several_locations(write: Write, tmp_path: Path) -> None:
    modules = '[{type = "module", name = "one"}, {type = "module", name = "two"}]'
    write("pyproject.toml", f"[tool.dagster]\nmodules = {modules}\n")
    assert [each.name for each in targets_of(tmp_path)] == ["one", "two"]


def test_keys_of_others_are_left_alone(write: Write, tmp_path: Path) -> None:
    write("pyproject.toml", '[tool.dagster]\nmodule_name = "one"\ntelemetry = false\n')
    assert [each.name for each in targets_of(tmp_path)] == ["one"]


def test_a_pyproject_without_the_table_says_nothing(write: Write, tmp_path: Path) -> None:
    assert read_table(tmp_path) is None
    write("pyproject.toml", "[project]\nname = 'x'\n")
    assert read_table(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.headwater", "pyproject.toml is no valid TOML"),
        (
            "[tool.headwater]\nmodule_name = 3",
            r"pyproject.toml, \[tool.headwater\]: Expected `str.*module_name",
        ),
        (
            "[tool.dagster]\ncode_location_name = 'x'",
            r"\[tool.dagster\]: it names no code. Give it module_name",
        ),
    ],
    ids=["no TOML", "wrong type", "no code"],
)
def test_what_is_wrong_names_the_file_and_the_place(
    write: Write, tmp_path: Path, text: str, message: str
) -> None:
    write("pyproject.toml", text)
    with pytest.raises(DagsterInvariantViolationError, match=message):
        targets_of(tmp_path)
