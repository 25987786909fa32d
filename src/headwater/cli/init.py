"""``headwater init``: begin a project that runs at once."""

from __future__ import annotations

import importlib.util
import keyword
import re
import shlex
from pathlib import Path

import click

from headwater.cli.new_project import build_project_files
from headwater.model.errors import ProjectFileExistsError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*", re.ASCII)
_OF_THE_PROJECT = ("tests", "data")


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """Make a folder NAME with a small project in it: three assets, a schedule, a test. Nothing is overwritten."""
    package = _package_of(name)
    folder = Path(name)
    files = {folder / path: text for path, text in build_project_files(name, package).items()}
    for file in files:  # all of them first: what is refused leaves nothing behind
        if file.exists() or file.is_symlink():
            raise ProjectFileExistsError(file)
    _check_importable(name, package)
    for file, text in files.items():
        _write(file, text)
    print(f"Made the project {name}. Next:", "", *_next_commands(folder), sep="\n")


def _package_of(name: str) -> str:
    """How Python code names the project. Raises :class:`click.BadParameter` for what cannot be such a name."""
    package = name.replace("-", "_").lower()
    if not _NAME.fullmatch(name) or keyword.iskeyword(package) or package in _OF_THE_PROJECT:
        raise click.BadParameter(
            f'"{name}" cannot name a project and its package. Take letters, digits, "-" and "_", such as my-shop.',
            param_hint="NAME",
        )
    return package


def _check_importable(name: str, package: str) -> None:
    """Refuse the name of a module that is there: one of the two would hide the other."""
    found = importlib.util.find_spec(package)
    if found is not None and found.origin is not None:
        raise click.BadParameter(
            f'Python has a module "{package}" already ({found.origin}), which "{name}" would hide. Take another name.',
            param_hint="NAME",
        )


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError as error:  # somebody made it just now
        raise ProjectFileExistsError(file) from error


def _next_commands(folder: Path) -> list[str]:
    return [
        f"  cd {shlex.quote(str(folder))}",
        "  headwater asset materialize --select '*'",
        "  headwater dev",
    ]
