"""The options that say which project a command is about, and what they lead to: its folder and its history."""

from __future__ import annotations

import functools
import inspect
import shlex
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click

from headwater.hosting.project_folder import find_project_folder
from headwater.instance.database_url import has_history
from headwater.instance.instance import DagsterInstance
from headwater.instance.settings import find_home

_Function = TypeVar("_Function", bound=Callable[..., Any])
Option = Callable[[Any], Any]

WHERE: tuple[Option, ...] = (
    click.option("-f", "--python-file", multiple=True, metavar="FILE", help="A file with definitions."),
    click.option("-m", "--module-name", multiple=True, metavar="MODULE", help="A module with definitions."),
    click.option("--package-name", multiple=True, metavar="PACKAGE", help="A package with definitions."),
    click.option(
        "-w", "--workspace", multiple=True, metavar="FILE", help="A workspace.yaml that lists locations."
    ),
    click.option("-d", "--working-directory", metavar="FOLDER", help="Where imports of the code start."),
)


class ProjectChoice:
    """Which project is meant: said by the options, else the one around the working directory."""

    def __init__(
        self,
        *,
        python_file: tuple[str, ...] = (),
        module_name: tuple[str, ...] = (),
        package_name: tuple[str, ...] = (),
        workspace: tuple[str, ...] = (),
        working_directory: str | None = None,
    ) -> None:
        self.files = python_file
        self.modules = (*module_name, *package_name)
        self.workspaces = workspace
        self.working_directory = working_directory
        if workspace and (self.files or self.modules):
            raise click.UsageError("Give either a workspace (-w) or files and modules (-f, -m), not both.")

    @cached_property
    def folder(self) -> Path:
        """The folder of the project."""
        return find_project_folder(
            Path.cwd(),
            python_files=self.files,
            workspaces=self.workspaces,
            working_directory=self.working_directory,
        )

    @cached_property
    def home(self) -> Path:
        """The folder of the history."""
        return find_home(self.folder)

    def open_history(self) -> DagsterInstance:
        """The history; its folder is made. Runs whose process has died are ended first."""
        history = DagsterInstance.open(self.home)
        history.reconcile_runs()
        return history

    def read_history(self) -> DagsterInstance:
        """The history; where there is none yet an empty one, and nothing is made."""
        return self.open_history() if has_history(self.home) else DagsterInstance.ephemeral()

    # -- the same again -----------------------------------------------------------------------------------------

    @property
    def history_arguments(self) -> str:
        """The options, as one would type them, with which a command finds the same history; empty if none is needed."""
        return "" if find_home(find_project_folder(Path.cwd())) == self.home else typed(self.where())

    def where(self) -> list[tuple[str, str]]:
        """The options that say where the code is."""
        return [
            *(("-f", each) for each in self.files),
            *(("-m", each) for each in self.modules),
            *(("-w", each) for each in self.workspaces),
            *([("-d", self.working_directory)] if self.working_directory else []),
        ]


def typed(options: Iterable[tuple[str, str]]) -> str:
    """Options as one would type them, with a space before each."""
    return "".join(f" {option} {shlex.quote(value)}" for option, value in options)


def project_options(function: _Function) -> _Function:
    """Give a command that needs no code the options that say which project it is about, as ``project``."""
    return with_options(function, WHERE, "project", ProjectChoice)


def with_options(
    function: _Function, options: tuple[Option, ...], name: str, build: Callable[..., object]
) -> _Function:
    """Give a command ``options``; it receives what ``build`` makes of their values, as the parameter ``name``."""
    taken = frozenset(inspect.signature(build).parameters)

    @functools.wraps(function)
    def command(**given: Any) -> Any:
        built = build(**{option: value for option, value in given.items() if option in taken})
        return function(
            **{name: built}, **{option: value for option, value in given.items() if option not in taken}
        )

    decorated: Any = command
    for option in reversed(options):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
