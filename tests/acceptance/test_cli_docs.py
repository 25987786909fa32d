"""What the pages about the command line show is what the commands print, and they name every option."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from headwater.cli.main import headwater
from tests.acceptance.shell import Shell

ROOT = Path(__file__).parents[2]
HELLO = (ROOT / "examples" / "hello" / "hello.py").read_text()
PAGE = (ROOT / "docs" / "how-to" / "command-line.md").read_text()
REFERENCE = (ROOT / "docs" / "reference" / "cli.md").read_text()
PRINTED = re.compile(r"<!-- (printed|complained) by: headwater (.+?) -->\n```\n(.*?)```\n", re.DOTALL)

CHANGING = (
    (re.compile(r"\b[0-9a-f]{8}\b"), "RUN"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "DATE"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "TIME"),
    (re.compile(r" *\b[\d.]+ m?s\b"), " TOOK"),
    (re.compile(r"TIME started .*\n"), ""),
    (re.compile(r"(?<=headwater/seconds  )[\d.e-]+"), "TOOK"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b\d{8}T\d{12}\b"), "VERSION"),
)


def lasting(text: str) -> str:
    """A text without what is different each time: ids, times, durations."""
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return text.strip()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    fails = HELLO.replace("in enumerate(levels)", "in levels")
    return Shell(tmp_path_factory.mktemp("hello"), {"hello.py": HELLO, "fails.py": fails})


def test_the_page_shows_what_the_commands_print(shell: Shell) -> None:
    shown = PRINTED.findall(PAGE)
    assert len(shown) >= 4
    shown.sort(key=lambda each: each[0] == "complained")  # a failed run would stand in the list of runs
    for stream, arguments, block in shown:
        ended = shell.run(*shlex.split(arguments))
        text = ended.stdout if stream == "printed" else ended.stderr
        assert lasting(text) == lasting(block), f"headwater {arguments}"


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """All commands below a group, with the words to call them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize(
    ("path", "command"), [pytest.param(*each, id=each[0]) for each in commands(headwater, "headwater")]
)
def test_the_reference_names_every_command_and_option(path: str, command: click.Command) -> None:
    assert f"`{path}" in REFERENCE
    options = [
        name for parameter in command.params if isinstance(parameter, click.Option) for name in parameter.opts
    ]
    missing = [name for name in options if not re.search(rf"`{name}[` ]", REFERENCE)]
    assert missing == []
