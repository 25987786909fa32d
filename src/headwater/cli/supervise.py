"""Supervise a project and serve its page: what ``headwater dev`` and ``headwater up`` have in common."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import click

from headwater.cli.code_options import Code
from headwater.cli.error_text import error_lines
from headwater.cli.failure import CommandFailed
from headwater.cli.wording import count_text
from headwater.hosting.alias import ALIAS_VARIABLE
from headwater.instance.code_process import code_process_arguments
from headwater.instance.instance import DagsterInstance
from headwater.instance.run_limits import load_run_limits
from headwater.instance.supervisor import Supervisor
from headwater.ports.code_host import LocationState

Say = Callable[[str], None]


class Serve(Protocol):
    """What serves the page. It is a neighbour of the command line, so that the program above both hands it in."""

    def __call__(
        self,
        *,
        instance: DagsterInstance,
        supervisor: Supervisor,
        host: str,
        port: int,
        token: str | None,
        say: Say,
    ) -> None:
        """Serve until somebody stops it."""
        ...


def address_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say where the page is served."""
    for option in (
        click.option(
            "--token",
            envvar="HEADWATER_TOKEN",
            help="What visitors must know, beyond this machine. [$HEADWATER_TOKEN]",
        ),
        click.option(
            "-p",
            "--port",
            default=3000,
            show_default=True,
            help="The port; the next free one, if it is taken.",
        ),
        click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
    ):
        command = option(command)
    return command


def supervise(
    serve: Serve | None,
    code: Code,
    *,
    command: str,
    host: str,
    port: int,
    token: str | None,
    watch: bool,
    say: Say,
    complain: Say,
) -> None:
    """Run services and code locations, and serve the page, until somebody stops it.

    ``say`` gets what is to be known, ``complain`` what is wrong with the code.
    """
    if serve is None:
        raise CommandFailed(f"This program has no server in it. Call: python -m headwater {command}")
    if code.dagster_alias:
        os.environ[ALIAS_VARIABLE] = "1"  # for the processes that import the code
    limits = load_run_limits(code.home, code.folder)
    with DagsterInstance.open(code.home) as instance:
        supervisor = Supervisor(instance, _locations(code), watch=watch, limits=limits, command=command)
        supervisor.watch_code(_Teller(supervisor, say, complain).tell)
        with supervisor:
            serve(instance=instance, supervisor=supervisor, host=host, port=port, token=token, say=say)


def _locations(code: Code) -> dict[str, Sequence[str]]:
    """The arguments of the process of each location, by its name."""
    locations: dict[str, Sequence[str]] = {}
    for target in code.targets:
        if target.name in locations:
            raise click.UsageError(f'Two code locations are named "{target.name}". Give one a location_name.')
        locations[target.name] = code_process_arguments(code.home, target)
    return locations


class _Teller:
    """Says when code was loaded, and when it could not be."""

    def __init__(self, supervisor: Supervisor, say: Say, complain: Say) -> None:
        self._supervisor = supervisor
        self._say = say
        self._complain = complain
        self._told: dict[str, tuple[int, object]] = {}

    def tell(self) -> None:
        """Say what is new."""
        for state in self._supervisor.locations:
            known = (state.version, state.error)
            if not state.is_loading and self._told.get(state.name) != known:
                self._told[state.name] = known
                self._tell_one(state)

    def _tell_one(self, state: LocationState) -> None:
        if state.error is not None:
            kept = " The page shows what was loaded before." if state.manifest is not None else ""
            self._complain("\n".join([f"Cannot load {state.name}.{kept}", *error_lines(state.error)]))
        elif state.manifest is not None:
            again = " again" if state.version > 1 else ""
            self._say(f"Loaded {state.name}{again}: {count_text(len(state.manifest.assets), 'asset')}")
