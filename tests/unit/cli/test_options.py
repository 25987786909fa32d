"""What commands say of options that cannot be, without loading any code."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from headwater.cli.asset import parse_selection
from headwater.cli.main import COMMANDS, VERSION, headwater
from headwater.cli.run_options import run_options


def call(*arguments: str) -> Result:
    return CliRunner().invoke(headwater, arguments)


def test_version() -> None:
    assert call("--version").output == f"headwater {VERSION}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_the_line_in_the_list_is_its_own(name: str) -> None:
    assert call(name, "-h").exit_code == 0
    assert COMMANDS[name][1] in call("-h").output


def test_an_unknown_command_is_a_usage_error() -> None:
    result = call("aset")
    assert result.exit_code == 2
    assert "No such command 'aset'" in result.output


def test_a_workspace_excludes_files_and_modules() -> None:
    result = call("asset", "list", "-w", "workspace.yaml", "-f", "a.py")
    assert result.exit_code == 2
    assert "Give either a workspace (-w) or files and modules (-f, -m), not both." in result.output


@pytest.fixture
def echo() -> click.Command:
    """A command that says what the options of a run became."""

    @click.command()
    @run_options
    def command(**given: object) -> None:
        click.echo(json.dumps(given))

    return command


def test_run_config_comes_from_files_and_the_later_one_counts(
    echo: click.Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "1.yaml").write_text("ops: {rain: {config: {high: 1, low: 0}}}")
    (tmp_path / "2.yaml").write_text("ops: {rain: {config: {high: 2}}}")
    given = json.loads(CliRunner().invoke(echo, ["-c", "*.yaml", "--partition", "2013-01"]).output)
    assert given == {
        "run_config": {"ops": {"rain": {"config": {"high": 2, "low": 0}}}},
        "tags": {},
        "partition": "2013-01",
    }


def test_run_config_and_tags_in_place(echo: click.Command) -> None:
    given = json.loads(
        CliRunner().invoke(echo, ["--config-json", '{"ops": {}}', "--tags", '{"team": "a"}']).output
    )
    assert (given["run_config"], given["tags"]) == ({"ops": {}}, {"team": "a"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--config-json", "{"], "Invalid value for --config-json: this is no JSON"),
        (["--tags", "[1]"], "Invalid value for --tags: a JSON object is expected"),
        (["-c", "x.yaml", "--config-json", "{}"], "in files (-c) or in place (--config-json), not both"),
    ],
)
def test_run_options_that_cannot_be_used(echo: click.Command, arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(echo, arguments)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("rain", 'key:"rain"'),
        ("rain,floods", 'key:"rain" or key:"floods"'),
        ("(group:raw or rain), kind:table", 'group:"raw" or key:"rain" or kind:"table"'),
        ('key:"a,b"', 'key:"a,b"'),
        ("*", "*"),
    ],
)
def test_commas_join_selections_outside_of_quotes_and_brackets(text: str, expression: str) -> None:
    assert parse_selection(text).text == expression
