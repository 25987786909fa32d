"""The options that say where the user's code is, and what they lead to: code locations, loaded."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from headwater.cli.error_text import near_path
from headwater.cli.failure import CommandFailed
from headwater.cli.project_options import WHERE, Option, ProjectChoice, typed, with_options
from headwater.hosting.alias import install_alias_if_wanted
from headwater.hosting.code_location import CodeLocation, load_location
from headwater.hosting.code_target import CodeTarget
from headwater.hosting.project import Project, find_project

_Function = TypeVar("_Function", bound=Callable[..., Any])

WHICH: tuple[Option, ...] = (
    click.option("-a", "--attribute", metavar="NAME", help="The one name in the file or module that counts."),
    click.option("-r", "--repository", metavar="NAME", help="One repository, when a module has several."),
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


class Code(ProjectChoice):
    """What the options say about the user's code. Nothing is searched or loaded before it is asked for."""

    def __init__(
        self,
        *,
        python_file: tuple[str, ...],
        module_name: tuple[str, ...],
        package_name: tuple[str, ...],
        workspace: tuple[str, ...],
        working_directory: str | None,
        attribute: str | None,
        repository: str | None,
        location: str | None,
        dagster_alias: bool,
        verbose: bool,
    ) -> None:
        super().__init__(
            python_file=python_file,
            module_name=module_name,
            package_name=package_name,
            workspace=workspace,
            working_directory=working_directory,
        )
        self.attribute = attribute
        self.repository = repository
        self.location = location
        self.dagster_alias = dagster_alias
        self.verbose = verbose

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
            print(
                f"Using {project.guess.name}, since nothing else is said (-f, -m, -w, pyproject.toml).",
                file=sys.stderr,
            )
        return project

    @property
    def targets(self) -> list[CodeTarget]:
        """The code locations that are asked for. Raises :class:`click.UsageError` when there is none of that name."""
        targets = [msgspec.structs.replace(each, repository=self.repository) for each in self.project.targets]
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

    def load_of(self, name: str) -> CodeLocation:
        """The code location of that name, if there is one and none was asked for; else as :meth:`load`."""
        named = [target for target in self.targets if target.name == name and self.location is None]
        return self.load_target(named[0]) if named else self.load()

    def load_all(self) -> list[CodeLocation]:
        """Every code location that is asked for."""
        return [self.load_target(target) for target in self.targets]

    def load_target(self, target: CodeTarget) -> CodeLocation:
        """One code location. What goes wrong is told as the user's own error first, and ends the command."""
        install_alias_if_wanted(asked=self.dagster_alias)
        try:
            return load_location(target)
        except (Exception, SystemExit) as error:
            file = near_path(str(target.python_file)) if target.python_file is not None else None
            note = f"Cannot load {file or target}."
            raise CommandFailed.from_error(error, verbose=self.verbose, note=note) from error

    @property
    def code_arguments(self) -> str:
        """The options, as one would type them, with which a command finds the same code; empty if none is needed."""
        which = (("-a", self.attribute), ("-r", self.repository), ("-l", self.location))
        return typed([*self.where(), *((option, value) for option, value in which if value)])


def code_options(function: _Function) -> _Function:
    """Give a command all options about code; it receives them as ``code``."""
    return with_options(function, (*WHERE, *WHICH), "code", Code)
