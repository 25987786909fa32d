"""Where an instance keeps its history, and what else its settings file says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

HOME_VARIABLE = "HEADWATER_HOME"
DAGSTER_HOME_VARIABLE = "DAGSTER_HOME"
FOLDER = ".headwater"


def find_home(project: Path | None = None, environment: Mapping[str, str] | None = None) -> Path:
    """The folder of the history: ``HEADWATER_HOME``, else ``DAGSTER_HOME``, else ``.headwater`` in the project.

    ``project`` is the folder of the project (the working directory, without it).
    """
    variables = os.environ if environment is None else environment
    named = variables.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    dagster = variables.get(DAGSTER_HOME_VARIABLE)
    if dagster:
        return Path(dagster).expanduser().absolute() / FOLDER
    return (project or Path.cwd()).absolute() / FOLDER
