"""A project: the folder that keeps the history, and the code locations in it; how both are found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec

from headwater.hosting import pyproject, workspace
from headwater.hosting.code_target import CodeTarget
from headwater.hosting.project_folder import WORKSPACE_FILE, find_project_folder
from headwater.model.errors import DagsterImportError

DEFINITIONS_FILE = "definitions.py"


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """``folder`` is beside which the history is kept; ``guess`` is the file that was taken because nothing was said."""

    folder: Path
    targets: list[CodeTarget]
    guess: Path | None = None


def find_project(
    start: Path,
    *,
    python_files: Sequence[str | Path] = (),
    module_names: Sequence[str] = (),
    workspaces: Sequence[str | Path] = (),
    attribute: str | None = None,
    working_directory: str | Path | None = None,
) -> Project:
    """The project that is asked for by files, modules or workspace files; without any, the one around ``start``.

    Raises :class:`DagsterImportError`, saying what to give, when there is nothing to load.
    """
    directory = (start / working_directory).resolve() if working_directory is not None else None
    folder = find_project_folder(
        start, python_files=python_files, workspaces=workspaces, working_directory=directory
    )
    if python_files or module_names:
        locate = partial(CodeTarget, working_directory=directory or start, attribute=attribute)
        targets = [locate(python_file=(start / file).resolve()) for file in python_files]
        return Project(
            folder=folder, targets=[*targets, *(locate(module_name=name) for name in module_names)]
        )
    if workspaces:
        targets = [
            target for path in workspaces for target in workspace.read_workspace((start / path).resolve())
        ]
        return Project(folder=folder, targets=_changed(targets, attribute, directory))
    table = pyproject.read_table(folder)
    if table is not None:
        targets = pyproject.read_targets(table, folder)
        return Project(folder=folder, targets=_changed(targets, attribute, directory))
    if (folder / WORKSPACE_FILE).is_file():
        targets = workspace.read_workspace(folder / WORKSPACE_FILE)
        return Project(folder=folder, targets=_changed(targets, attribute, directory))
    guess = folder / DEFINITIONS_FILE
    if not guess.is_file():
        raise DagsterImportError(_nothing_to_load(folder))
    target = CodeTarget(python_file=guess, working_directory=directory or start, attribute=attribute)
    return Project(folder=folder, targets=[target], guess=guess)


def _changed(targets: list[CodeTarget], attribute: str | None, directory: Path | None) -> list[CodeTarget]:
    """The targets of a file, with what was said beside it."""
    return [
        msgspec.structs.replace(
            each,
            attribute=attribute or each.attribute,
            working_directory=directory or each.working_directory,
        )
        for each in targets
    ]


def _nothing_to_load(start: Path) -> str:
    message = (
        f"There is nothing to load in {start}: no [tool.headwater] in a pyproject.toml, no {WORKSPACE_FILE}, no "
        f"{DEFINITIONS_FILE}. Say where the definitions are: -f FILE, -m MODULE or -w WORKSPACE."
    )
    likely = sorted(
        file for pattern in ("*.py", "*/*.py", "src/*/*.py") for file in start.glob(pattern) if _fits(file)
    )
    names = [f"-f {file.relative_to(start)}" for file in likely[:3]]
    return f"{message} Perhaps {' or '.join(names)}?" if names else message


def _fits(file: Path) -> bool:
    """Whether a file looks as if it had definitions."""
    if file.name == DEFINITIONS_FILE:
        return True
    text = file.read_text(encoding="utf-8", errors="replace")
    return "Definitions(" in text or "@repository" in text
