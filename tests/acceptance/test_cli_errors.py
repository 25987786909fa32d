"""A run that fails: the user's own exception first, the exit code, and what was stored before stays told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.shell import Shell

PIPELINE = """
    import headwater as hw

    def check(height):
        try:
            {}[height]
        except KeyError as error:
            raise ValueError("höher → größer") from error

    @hw.asset
    def rain() -> int:
        return 1

    @hw.asset
    def floods(rain: int) -> int:
        check(rain)
        return 2

    @hw.asset
    def warning(floods: int) -> int:
        return 3

    @hw.asset
    def secret():
        return lambda: None

    @hw.asset(required_resource_keys={"store"})
    def shop(context) -> int:
        return context.resources.store

    @hw.resource
    def store(context):
        raise ConnectionError("the shop is closed")

    defs = hw.Definitions(assets=[rain, floods, warning, secret, shop], resources={"store": store})
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, {"definitions.py": PIPELINE})


def after_guess(said: str) -> list[str]:
    """What is said behind the line that tells which file was taken."""
    return said.splitlines()[1:]


def test_the_users_exception_comes_first_with_its_source_and_cause(shell: Shell) -> None:
    ended = shell.run("asset", "materialize", "--select", "rain,floods,warning")
    assert ended.returncode == 1
    assert after_guess(ended.stderr) == [
        "ValueError: höher → größer",
        "  definitions.py:16 in floods",
        "    check(rain)",
        "  definitions.py:8 in check",
        '    raise ValueError("höher → größer") from error',
        "caused by KeyError: 1",
        "  definitions.py:6 in check",
        "    {}[height]",
        "This failed the step floods.",
    ]
    assert "1 step done, 1 failed, 1 not run." in ended.stdout
    assert "rain  .headwater/storage/rain" in ended.stdout


def test_verbose_shows_the_frames_of_headwater(shell: Shell) -> None:
    said = shell.fails("asset", "materialize", "--select", "rain,floods", "--verbose")
    assert "step_runner.py" in said
    assert "DagsterExecutionStepExecutionError" in said


def test_a_script_gets_the_failure_in_its_document(shell: Shell) -> None:
    ended = shell.run("asset", "materialize", "--select", "rain,floods", "--json")
    document = json.loads(ended.stdout)
    assert (ended.returncode, document["status"]) == (1, "FAILURE")
    assert [each["asset"] for each in document["assets"]] == ["rain"]
    [failure] = document["errors"]
    assert failure["error"]["cause"]["message"] == "höher → größer"
    assert "ValueError: höher" in ended.stderr


def test_what_an_io_manager_refuses_is_told_without_frames(shell: Shell) -> None:
    said = after_guess(shell.fails("asset", "materialize", "--select", "secret"))
    assert "cannot be pickled" in said[0]
    assert said[1:] == ["This failed the step secret."]


def test_a_resource_that_cannot_be_made(shell: Shell) -> None:
    said = shell.fails("asset", "materialize", "--select", "shop")
    assert "ConnectionError: the shop is closed" in said
    assert 'raise ConnectionError("the shop is closed")' in said
    assert [run["status"] for run in shell.json("run", "list")] == ["FAILURE"]


def test_a_value_that_is_missing_names_the_command_that_makes_it(shell: Shell) -> None:
    said = shell.fails("asset", "materialize", "--select", "floods")
    assert (
        'headwater asset materialize --select "rain"' in said
        or "headwater asset materialize --select rain" in said
    )


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "höher → größer"),
        ("cp1252", "höher \\u2192 größer"),
        ("ascii", "h\\xf6her \\u2192 gr\\xf6\\xdfer"),
    ],
)
def test_a_pipe_that_cannot_show_a_character_gets_its_code(shell: Shell, encoding: str, shown: str) -> None:
    """The character is lost, neither the line nor the run."""
    ended = shell.run(
        "asset", "materialize", "--select", "rain,floods", PYTHONIOENCODING=encoding, encoding=encoding
    )
    assert f"ValueError: {shown}" in ended.stderr
    assert "1 failed" in ended.stdout


def test_a_document_is_utf_8_whatever_the_pipe_is(shell: Shell) -> None:
    ended = shell.run("asset", "materialize", "--select", "rain,floods", "--json", PYTHONIOENCODING="ascii")
    assert json.loads(ended.stdout)["errors"][0]["error"]["cause"]["message"] == "höher → größer"


def test_dev_refuses_limits_that_cannot_be_and_names_their_place(tmp_path: Path) -> None:
    toml = '[tool.headwater]\npython_file = "a.py"\n[tool.headwater.concurrency.runs]\nmax_concurrent_runs = "four"\n'
    told = Shell(tmp_path, {"a.py": "", "pyproject.toml": toml}).fails("dev", "--port", "0")
    assert "pyproject.toml, [tool.headwater]: " in told
    assert "concurrency.runs.max_concurrent_runs" in told
