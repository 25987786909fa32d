"""``headwater status``: what runs on the history of a project."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from headwater.cli.document import Document, json_option
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.text_table import table_lines
from headwater.instance.presence import SupervisorState, list_supervisors
from headwater.model.codec import to_builtins


@click.command()
@json_option
@project_options
def command(project: ProjectChoice, as_json: bool) -> None:
    """Tell which `headwater dev` and `headwater up` run on this history, and how their services are.

    Ends with code 3 when none does.
    """
    now = time.time()
    with project.read_history() as history:
        there = list_supervisors(history.storage, now)
    if as_json:
        with Document() as document:
            document.value = [to_builtins(state) for state in there]
    elif not there:
        print("Nothing runs here. Begin with: headwater dev", file=sys.stderr)
    else:
        print("\n\n".join("\n".join(_lines(state, now)) for state in there))
    if not there:
        sys.exit(3)


def _lines(state: SupervisorState, now: float) -> list[str]:
    place = state.process.host if not state.process.is_here else "this machine"
    role = "leads" if state.leads else "waits to lead"
    rows: list[list[Any]] = [
        ["command", f"headwater {state.command}"],
        ["page", state.url or "not served yet"],
        ["process", f"{state.process.pid} on {place}, for {_duration(now - state.started_at)}"],
        ["role", role],
        *([f"location {name}", error or "loaded"] for name, error in state.locations.items()),
        *([f"service {each.name}", _beat(each.stepped_at, now, each.error)] for each in state.services),
    ]
    return table_lines(rows)


def _beat(stepped_at: float | None, now: float, error: object) -> str:
    if stepped_at is None:
        return "not yet"
    return f"{'failed' if error else 'well'}, {_duration(max(0.0, now - stepped_at))} ago"


def _duration(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
