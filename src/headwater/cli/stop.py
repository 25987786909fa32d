"""``headwater stop``: end what runs in a project, cleanly."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import click

from headwater.cli.failure import CommandFailed
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.instance.presence import SupervisorState, list_supervisors
from headwater.instance.run_lease import is_alive

_LOOK_SECONDS = 0.05


@click.command()
@click.option(
    "--grace", default=30.0, show_default=True, metavar="SECONDS", help="How long they may take to end."
)
@project_options
def command(project: ProjectChoice, grace: float) -> None:
    """Stop the `headwater dev` and `headwater up` of this project on this machine, with the runs that they execute."""
    home = project.home
    with project.read_history() as history:
        there = [state for state in list_supervisors(history.storage, time.time()) if _is_of(state, home)]
    if not there:
        print("Nothing of this project runs on this machine.", file=sys.stderr)
        return
    deadline = time.monotonic() + grace
    for state in there:
        with suppress(ProcessLookupError):
            os.kill(state.process.pid, signal.SIGTERM)
    for state in there:
        _wait_for_end(state, deadline)
        print(f"Stopped headwater {state.command} (process {state.process.pid}).")


def _is_of(state: SupervisorState, home: Path) -> bool:
    return state.process.is_here and Path(state.process.home).resolve() == home.resolve()


def _wait_for_end(state: SupervisorState, deadline: float) -> None:
    pid = state.process.pid
    while is_alive(pid):
        if time.monotonic() > deadline:
            raise CommandFailed(
                f"headwater {state.command} (process {pid}) has not ended in time. Look at its log, or: kill -9 {pid}"
            )
        time.sleep(_LOOK_SECONDS)
