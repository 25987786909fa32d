"""The folder of a project: the history is kept beside it. To know it, no code is loaded and no workspace read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from headwater.hosting import pyproject

WORKSPACE_FILE = "workspace.yaml"


def find_project_folder(
    start: Path,
    *,
    python_files: Sequence[str | Path] = (),
    workspaces: Sequence[str | Path] = (),
    working_directory: str | Path | None = None,
) -> Path:
    """The folder of the project that is asked for by files or workspace files; without any, the one around ``start``.

    It is a workspace file's own folder; else the nearest one, from the code upwards, which says that it is a project:
    by ``[tool.headwater]`` or ``[tool.dagster]`` in its pyproject.toml, or by a workspace.yaml; else the code's folder.
    """
    if workspaces:
        return (start / workspaces[0]).resolve().parent
    if python_files:
        return _nearest((start / python_files[0]).resolve().parent)
    return _nearest(
        (start / working_directory).resolve() if working_directory is not None else start.absolute()
    )


def _nearest(start: Path) -> Path:
    for folder in (start, *start.parents):
        if pyproject.read_table(folder) is not None or (folder / WORKSPACE_FILE).is_file():
            return folder
    return start
