"""The options that say where the user's code is, and what they lead to: a project, code locations, a history."""

from __future__ import annotations

import functools
import inspect
import os
import shlex
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click

from headwater.cli.failure import CommandFailed
from headwater.hosting.alias import install_alias_if_wanted
from headwater.hosting.code_location import CodeLocation, load_location
from headwater.hosting.code_target import CodeTarget
from headwater.hosting.project import Project, find_folder, find_project
from headwater.instance.instance import DagsterInstance
from headwater.instance.settings import find_home

_Function = TypeVar("_Function", bound=Callable[..., Any])

WHERE = (
    click.option("-f", "--python-file", multiple=True, metavar="FILE", help="A file with definitions."),
    click.option("-m", "--module-name", multiple=True, metavar="MODULE", help="A module with definitions."),
    click.option("--package-name", multiple=True, metavar="PACKAGE", help="A package with definitions."),
    click.option(
        "-w", "--workspace", multiple=True, metavar="FILE", help="A workspace.yaml that lists locations."
    ),
    click.option("-d", "--working-directory", metavar="FOLDER", help="Where imports of the code start."),
)
WHICH = (
    click.option("-a", "--attribute", metavar="NAME", help="The one name in the file or module that counts."),
    click.option("-l", "--location", metavar="NAME", help="One code location, when there are several."),
    click.option(
        "--dagster-alias",
        is_flag=True,
        help="Let `import dagster` mean Headwater though Dagster is installed.",
    ),
    click.option(
        "-v", "--verbose", is_flag=True, help="Show frames of Headwater and libraries, and debug lines."
    ),
)


class Code:
    """What the options say about the user's code. Nothing is searched or loaded before it is asked for."""

    def __init__(
        self,
        *,
        python_file: tuple[str, ...] = (),
        module_name: tuple[str, ...] = (),
        package_name: tuple[str, ...] = (),
        workspace: tuple[str, ...] = (),
        working_directory: str | None = None,
        attribute: str | None = None,
        location: str | None = None,
        dagster_alias: bool = False,
        verbose: bool = False,
    ) -> None:
        self.files = python_file
        self.modules = (*module_name, *package_name)
        self.workspaces = workspace
        self.working_directory = working_directory
        self.attribute = attribute
        self.location = location
        self.dagster_alias = dagster_alias
        self.verbose = verbose
        if workspace and (self.files or self.modules):
            raise click.UsageError("Give either a workspace (-w) or files and modules (-f, -m), not both.")

    @property
    def is_given(self) -> bool:
        """Whether the options say where the code is."""
        return bool(self.files or self.modules or self.workspaces)

    @cached_property
    def project(self) -> Project:
        """The project. When it had to be guessed, that is said on standard error."""
        project = find_project(
            Path.cwd(),
            python_files=self.files,
            module_names=self.modules,
            workspaces=self.workspaces,
            attribute=self.attribute,
            working_directory=self.working_directory,
        )
        if project.guess is not None:
            click.echo(
                f"Using {project.guess.name}, since nothing else is said (-f, -m, -w, pyproject.toml).",
                err=True,
            )
        return project

    @cached_property
    def home(self) -> Path:
        """The folder of the history. It is found without any code to load."""
        return find_home(self.project.folder if self.is_given else find_folder(Path.cwd()))

    # -- code ---------------------------------------------------------------------------------------------------

    @property
    def targets(self) -> list[CodeTarget]:
        """The code locations that are asked for. Raises :class:`click.UsageError` when there is none of that name."""
        targets = self.project.targets
        if self.location is None:
            return targets
        chosen = [each for each in targets if each.name == self.location]
        if not chosen:
            names = ", ".join(each.name for each in targets)
            raise click.UsageError(f'There is no code location "{self.location}". There are: {names}.')
        return chosen

    def load(self) -> CodeLocation:
        """The one code location that the command is about."""
        if len(self.targets) > 1:
            names = ", ".join(each.name for each in self.targets)
            raise click.UsageError(f"There are several code locations: {names}. Choose one with -l NAME.")
        return self.load_target(self.targets[0])

    def load_all(self) -> list[CodeLocation]:
        """Every code location that is asked for."""
        return [self.load_target(target) for target in self.targets]

    def load_target(self, target: CodeTarget) -> CodeLocation:
        """One code location. What goes wrong is told as the user's own error first, and ends the command."""
        install_alias_if_wanted(asked=self.dagster_alias)
        try:
            return load_location(target)
        except (Exception, SystemExit) as error:
            note = f"{target} cannot be loaded."
            raise CommandFailed.from_error(error, verbose=self.verbose, note=note) from error

    # -- the same again -----------------------------------------------------------------------------------------

    @property
    def code_arguments(self) -> str:
        """The options as one would type them again, with a space before them; empty without any."""
        attribute = [("-a", self.attribute)] if self.attribute else []
        return _typed([*self._where(), *attribute])

    @property
    def history_arguments(self) -> str:
        """Those options which a command needs here to find the same history; empty if it finds it without."""
        return "" if find_home(find_folder(Path.cwd())) == self.home else _typed(self._where())

    def _where(self) -> list[tuple[str, str]]:
        return [
            *(("-f", each) for each in self.files),
            *(("-m", each) for each in self.modules),
            *(("-w", each) for each in self.workspaces),
            *([("-d", self.working_directory)] if self.working_directory else []),
        ]

    # -- history ------------------------------------------------------------------------------------------------

    def open_history(self) -> DagsterInstance:
        """The history; its folder is made. Runs whose process has died are ended first."""
        history = DagsterInstance.open(self.home)
        history.reconcile_runs()
        return history

    def read_history(self) -> DagsterInstance:
        """The history; where there is none yet an empty one, and nothing is made."""
        return self.open_history() if os.path.isdir(self.home) else DagsterInstance.ephemeral()


def _typed(options: Iterable[tuple[str, str]]) -> str:
    return "".join(f" {option} {shlex.quote(value)}" for option, value in options)


_NAMES = frozenset(inspect.signature(Code).parameters)


def code_options(function: _Function) -> _Function:
    """Give a command all options about code; it receives them as ``code``."""
    return _with_options(function, (*WHERE, *WHICH))


def project_options(function: _Function) -> _Function:
    """Give a command that needs the history and no code the options that say which project's."""
    return _with_options(function, WHERE)


def _with_options(function: _Function, options: tuple[Callable[[Any], Any], ...]) -> _Function:
    @functools.wraps(function)
    def command(**given: Any) -> Any:
        code = Code(**{name: value for name, value in given.items() if name in _NAMES})
        return function(code=code, **{name: value for name, value in given.items() if name not in _NAMES})

    decorated: Any = command
    for option in reversed(options):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
