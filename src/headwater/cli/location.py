"""``headwater location``: the code locations of what runs in a project, and loading one anew."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import click

from headwater.cli.document import Document, json_option
from headwater.cli.failure import CommandFailed
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.text_table import table_lines
from headwater.instance.presence import SupervisorState, list_supervisors

TOKEN = "HEADWATER_TOKEN"
_LOOK_SECONDS = 0.1


@click.group()
def command() -> None:
    """List the code locations of the `headwater dev` or `headwater up` that runs, and load one anew."""


@command.command("list")
@json_option
@project_options
def list_all(project: ProjectChoice, as_json: bool) -> None:
    """List the code locations, and what is wrong with those that could not be loaded."""
    locations = _running(project).locations
    if as_json:
        with Document() as document:
            document.value = [{"name": name, "error": error} for name, error in locations.items()]
        return
    rows = [[name, error or "loaded"] for name, error in locations.items()]
    print("\n".join(table_lines(rows, header=["LOCATION", "STATE"])))


@command.command("reload")
@click.argument("name", required=False)
@click.option(
    "--wait", default=60.0, show_default=True, metavar="SECONDS", help="How long it may take to load."
)
@project_options
def reload(project: ProjectChoice, name: str | None, wait: float) -> None:
    """Load the code of a location anew, without NAME of all. What is loaded stays until the new code has loaded.

    A server with a token is told it by HEADWATER_TOKEN.
    """
    server = _running(project)
    if name is not None and name not in server.locations:
        raise CommandFailed(f'There is no code location "{name}". There are: {", ".join(server.locations)}.')
    for each in server.locations if name is None else [name]:
        _ask(server, f"locations/{urllib.parse.quote(each, safe='')}/reload", b"{}")
        error = _wait_until_loaded(server, each, time.monotonic() + wait)
        if error is not None:
            raise CommandFailed(f"{each} cannot be loaded; what was loaded before stays.\n{error}")
        print(f"Loaded {each} anew.")


def _running(project: ProjectChoice) -> SupervisorState:
    """What runs on the history of the project: the one that leads, where there are several."""
    with project.read_history() as history:
        there = [state for state in list_supervisors(history.storage, time.time()) if state.url]
    if not there:
        raise CommandFailed("Nothing runs here. Begin with: headwater dev")
    return sorted(there, key=lambda state: not state.leads)[0]


def _wait_until_loaded(server: SupervisorState, name: str, deadline: float) -> str | None:
    """Wait for the end of loading; what went wrong, if something did."""
    while time.monotonic() < deadline:
        states = {state["name"]: state for state in _ask(server, "locations")["locations"]}
        if not states[name]["is_loading"]:
            error = states[name]["error"]
            return f"{error['cls_name']}: {error['message']}" if error else None
        time.sleep(_LOOK_SECONDS)
    raise CommandFailed(f"{name} has not loaded in time. It goes on; look with: headwater location list")


def _ask(server: SupervisorState, path: str, body: bytes | None = None) -> Any:
    """What the server answers under ``path`` of its API; with a ``body`` it is told to do something."""
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get(TOKEN):
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"{server.url}/api/v1/{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 401:
            raise CommandFailed(f"{server.url} wants its token. Say it in {TOKEN}.") from error
        raise CommandFailed(f"{server.url} refuses: {error.read().decode(errors='replace')[:500]}") from error
    except urllib.error.URLError as error:
        raise CommandFailed(f"{server.url} does not answer: {error.reason}.") from error
