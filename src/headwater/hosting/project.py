"""A project: the folder that keeps the history, and the code locations in it; how both are found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from headwater.hosting import pyproject, workspace
from headwater.hosting.code_target import CodeTarget
from headwater.model.errors import DagsterImportError

DEFINITIONS_FILE = "definitions.py"


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """``folder`` is beside which the history is kept; ``guess`` is the file that was taken because nothing was said."""

    folder: Path
    targets: list[CodeTarget]
    guess: Path | None = None


def find_folder(start: Path) -> Path:
    """The project's folder: the nearest one, from ``start`` upwards, which says that it is one; else ``start``.

    A folder says so by ``[tool.headwater]`` or ``[tool.dagster]`` in its pyproject.toml, or by a workspace.yaml.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if pyproject.read_table(folder) is not None or (folder / workspace.FILE).is_file():
            return folder
    return start


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
    if python_files or module_names:
        files = [(start / file).resolve() for file in python_files]
        targets = [
            CodeTarget(python_file=file, working_directory=directory or start, attribute=attribute)
            for file in files
        ]
        targets += [
            CodeTarget(module_name=name, working_directory=directory or start, attribute=attribute)
            for name in module_names
        ]
        return Project(folder=find_folder(files[0].parent if files else directory or start), targets=targets)
    if workspaces:
        paths = [(start / path).resolve() for path in workspaces]
        targets = [target for path in paths for target in workspace.read_workspace(path)]
        return Project(folder=paths[0].parent, targets=_changed(targets, attribute, directory))
    return _find_around(start, attribute, directory)


def _find_around(start: Path, attribute: str | None, directory: Path | None) -> Project:
    folder = find_folder(start)
    table = pyproject.read_table(folder)
    if table is not None:
        targets = pyproject.read_targets(table, folder)
        return Project(folder=folder, targets=_changed(targets, attribute, directory))
    if (folder / workspace.FILE).is_file():
        targets = workspace.read_workspace(folder / workspace.FILE)
        return Project(folder=folder, targets=_changed(targets, attribute, directory))
    guess = start / DEFINITIONS_FILE
    if not guess.is_file():
        raise DagsterImportError(_nothing_to_load(start))
    target = CodeTarget(python_file=guess, working_directory=directory or start, attribute=attribute)
    return Project(folder=start, targets=[target], guess=guess)


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
        f"There is nothing to load in {start}: no [tool.headwater] in a pyproject.toml, no {workspace.FILE}, no "
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
