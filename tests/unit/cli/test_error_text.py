from __future__ import annotations

import os
from pathlib import Path

import pytest

from headwater.cli.error_text import error_headline, error_lines, exception_info, near_path, users_error
from headwater.model.error_info import ErrorInfo, Frame, build_error_info
from headwater.model.errors import DagsterExecutionStepExecutionError, DagsterInvalidDefinitionError

USER = Frame(file="/p/pipeline.py", line=7, function="rain", source="return 1 / 0")
LIBRARY = Frame(file="/lib/pandas.py", line=1, function="apply", origin="library")
OURS = Frame(file="/lib/headwater.py", line=2, function="run_step", origin="framework")


def test_the_users_exception_comes_first_and_frames_of_others_are_hidden() -> None:
    info = ErrorInfo(
        "DagsterExecutionStepExecutionError",
        'Step "rain" raised ZeroDivisionError',
        [OURS],
        cause=ErrorInfo("ZeroDivisionError", "division by zero", [OURS, LIBRARY, USER, LIBRARY]),
    )
    assert list(error_lines(info)) == [
        "ZeroDivisionError: division by zero",
        "  /p/pipeline.py:7 in rain",
        "    return 1 / 0",
        "(1 more frame of Headwater and libraries: --verbose)",
    ]
    everything = "\n".join(error_lines(info, verbose=True))
    assert "run_step" in everything
    assert everything.index("DagsterExecutionStepExecutionError") < everything.index(
        "caused by ZeroDivisionError"
    )


def test_code_that_is_installed_as_a_library_is_shown_where_there_is_no_other() -> None:
    frozen = Frame(file="<frozen importlib._bootstrap>", line=1, function="load", origin="library")
    info = ErrorInfo("KeyError", "'x'", [OURS, frozen, LIBRARY])
    assert list(error_lines(info)) == ["KeyError: 'x'", "  /lib/pandas.py:1 in apply"]


def test_the_chain_behind_an_error_is_told_in_words() -> None:
    info = ErrorInfo("A", "a", [USER], cause=ErrorInfo("B", "b", [USER], context=ErrorInfo("C", "c", [USER])))
    assert [line for line in error_lines(info) if not line.startswith(" ")] == [
        "A: a",
        "caused by B: b",
        "raised while handling C: c",
    ]


def test_a_message_of_headwater_needs_no_class_and_no_history() -> None:
    info = ErrorInfo(
        "DagsterInvalidDefinitionError",
        "Two assets are called rain.",
        [OURS],
        cause=ErrorInfo("KeyError", "x", [OURS]),
    )
    assert list(error_lines(info)) == ["Two assets are called rain."]


def test_a_definition_error_shows_the_line_which_declares_it() -> None:
    info = ErrorInfo("DagsterInvalidDefinitionError", "No such parameter.", [OURS, USER, OURS])
    assert list(error_lines(info)) == ["No such parameter.", "  /p/pipeline.py:7 in rain", "    return 1 / 0"]


def test_a_message_of_many_lines_keeps_them() -> None:
    assert list(error_lines(ErrorInfo("ValueError", "one\ntwo", [USER])))[:2] == ["ValueError: one", "two"]


@pytest.mark.parametrize(
    ("outer", "shown"),
    [
        (DagsterExecutionStepExecutionError("the step failed"), "KeyError"),
        (DagsterInvalidDefinitionError("this is wrong"), "DagsterInvalidDefinitionError"),
    ],
)
def test_only_what_wraps_is_taken_off(outer: Exception, shown: str) -> None:
    outer.__cause__ = KeyError("inner")
    assert users_error(build_error_info(outer)).cls_name == shown


def test_a_syntax_error_points_to_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "broken.py"
    with pytest.raises(SyntaxError) as raised:
        compile("x = 1\ndef rain(:\n    pass\n", str(file), "exec")
    shown = list(error_lines(exception_info(raised.value)))
    assert "SyntaxError: invalid syntax" in shown[0]
    assert "  broken.py:2" in shown
    assert "    def rain(:" in shown


def test_an_error_without_a_message() -> None:
    assert error_headline(ErrorInfo("StopIteration", "")) == "StopIteration"


def test_paths_are_relative_below_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert near_path(str(tmp_path / "data" / "rain")) == os.path.join("data", "rain")
    assert near_path(str(tmp_path.parent / "rain")) == str(tmp_path.parent / "rain")
    assert near_path("flights.raw.planes") == "flights.raw.planes"


def test_a_refused_argument_is_told_without_how_the_command_line_came_there() -> None:
    info = ErrorInfo("CheckError", "Nothing here has partitions.", [LIBRARY, OURS])
    assert list(error_lines(info)) == ["Nothing here has partitions."]
