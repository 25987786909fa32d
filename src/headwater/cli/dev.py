"""``headwater dev``: serve the page of a project, run its schedules and sensors, and follow its code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from typing import Protocol

import click

from headwater.cli.code_options import Code, code_options
from headwater.cli.error_text import error_lines
from headwater.cli.failure import CommandFailed
from headwater.cli.wording import count_text
from headwater.hosting.alias import ALIAS_VARIABLE
from headwater.instance.code_process import code_process_arguments
from headwater.instance.instance import DagsterInstance
from headwater.instance.run_limits import load_run_limits
from headwater.instance.supervisor import Supervisor
from headwater.ports.code_host import LocationState


class Serve(Protocol):
    """What serves the page. It is a neighbour of the command line, so that the program above both hands it in."""

    def __call__(
        self, *, instance: DagsterInstance, supervisor: Supervisor, host: str, port: int, token: str | None
    ) -> None:
        """Serve until somebody stops it."""
        ...


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "-p", "--port", default=3000, show_default=True, help="The port; the next free one, if it is taken."
)
@click.option(
    "--token",
    envvar="HEADWATER_TOKEN",
    help="What visitors must know, beyond this machine. [$HEADWATER_TOKEN]",
)
@click.option("--no-watch", is_flag=True, help="Do not load the code again when its files change.")
@code_options
@click.pass_obj
def command(serve: Serve | None, code: Code, host: str, port: int, token: str | None, no_watch: bool) -> None:
    """Show assets and runs on a page, run schedules and sensors, and load changed code, until Ctrl-C."""
    if serve is None:
        raise CommandFailed("This program has no server in it. Call: python -m headwater dev")
    logging.basicConfig(format="%(levelname)s  %(message)s")
    if code.dagster_alias:
        os.environ[ALIAS_VARIABLE] = "1"  # for the processes that import the code
    limits = load_run_limits(code.home, code.folder)
    with DagsterInstance.open(code.home) as instance:
        supervisor = Supervisor(instance, _locations(code), watch=not no_watch, limits=limits)
        supervisor.watch_code(_Teller(supervisor).tell)
        with supervisor:
            serve(instance=instance, supervisor=supervisor, host=host, port=port, token=token)


def _locations(code: Code) -> dict[str, Sequence[str]]:
    """The arguments of the process of each location, by its name."""
    locations: dict[str, Sequence[str]] = {}
    for target in code.targets:
        if target.name in locations:
            raise click.UsageError(f'Two code locations are named "{target.name}". Give one a location_name.')
        locations[target.name] = code_process_arguments(code.home, target)
    return locations


class _Teller:
    """Says on the terminal when code was loaded, and when it could not be."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._told: dict[str, tuple[int, object]] = {}

    def tell(self) -> None:
        """Say what is new."""
        for state in self._supervisor.locations:
            known = (state.version, state.error)
            if not state.is_loading and self._told.get(state.name) != known:
                self._told[state.name] = known
                _say(state)


def _say(state: LocationState) -> None:
    if state.error is not None:
        kept = " The page shows what was loaded before." if state.manifest is not None else ""
        print(
            f"Cannot load {state.name}.{kept}",
            *error_lines(state.error),
            sep="\n",
            file=sys.stderr,
            flush=True,
        )
    elif state.manifest is not None:
        again = " again" if state.version > 1 else ""
        print(f"Loaded {state.name}{again}: {count_text(len(state.manifest.assets), 'asset')}", flush=True)
