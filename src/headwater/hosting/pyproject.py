"""The part of a project's ``pyproject.toml`` that says where its definitions are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from headwater.hosting.code_target import CodeTarget
from headwater.model.errors import DagsterInvariantViolationError

FILE = "pyproject.toml"
TOOLS = ("headwater", "dagster")


class Table(NamedTuple):
    """The table of a ``pyproject.toml``: where it stands, for people, and what it says."""

    place: str
    content: Mapping[str, Any]


class _Module(msgspec.Struct):
    name: str


class _Settings(msgspec.Struct):
    """What the table may say about code. Its other keys belong to others and are left alone."""

    module_name: str | None = None
    python_file: str | list[str] = []
    python_files: list[str] = []
    modules: list[_Module] = []
    working_directory: str = "."
    attribute: str | None = None
    code_location_name: str | None = None


def read_table(folder: Path) -> Table | None:
    """``[tool.headwater]``, else ``[tool.dagster]``, of the ``pyproject.toml`` in ``folder``; None without either.

    Raises :class:`DagsterInvariantViolationError` when the file is not TOML.
    """
    path = folder / FILE
    try:
        tools = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DagsterInvariantViolationError(f"{path} is no valid TOML: {error}.") from error
    return next((Table(f"{path}, [tool.{name}]", tools[name]) for name in TOOLS if name in tools), None)


def read_targets(table: Table, folder: Path) -> list[CodeTarget]:
    """The code that ``table`` names; paths are relative to ``folder``.

    Raises :class:`DagsterInvariantViolationError` when it names none, or has a value of the wrong type.
    """
    try:
        settings = msgspec.convert(table.content, _Settings)
    except msgspec.ValidationError as error:
        raise DagsterInvariantViolationError(f"{table.place}: {error}") from error
    files = [settings.python_file] if isinstance(settings.python_file, str) else settings.python_file
    modules = [settings.module_name] if settings.module_name else []
    named: list[tuple[str | None, Path | None]] = [
        *((name, None) for name in [*modules, *(each.name for each in settings.modules)]),
        *((None, folder / file) for file in [*files, *settings.python_files]),
    ]
    if not named:
        raise DagsterInvariantViolationError(
            f'{table.place}: it names no code. Give it module_name = "..." or python_file = "...".'
        )
    return [
        CodeTarget(
            module_name=module_name,
            python_file=python_file,
            working_directory=(folder / settings.working_directory).resolve(),
            attribute=settings.attribute,
            location_name=settings.code_location_name,
        )
        for module_name, python_file in named
    ]
