"""``headwater pool``: how many steps may be at work at once in each pool, and who has its places."""

from __future__ import annotations

import sys
from typing import Any

import click

from headwater.cli.document import Document, json_option
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.summary import SHORT_ID
from headwater.cli.text_table import table_lines


@click.group()
def command() -> None:
    """Limit how many steps of a pool are at work at once, in all runs of the project together."""


@command.command("list")
@json_option
@project_options
def list_all(project: ProjectChoice, as_json: bool) -> None:
    """List the pools that have a limit, and the steps that have a place."""
    with project.read_history() as history:
        limits = history.get_pool_limits()
        holders = {pool: history.pool_holders(pool) for pool in sorted(limits)}
    if as_json:
        with Document() as document:
            document.value = [_document(pool, limits[pool], held) for pool, held in holders.items()]
    elif not holders:
        print("No pool has a limit. `headwater pool set NAME PLACES` gives it one.", file=sys.stderr)
    else:
        rows = [
            [pool, str(limits[pool]), ", ".join(f"{step} ({run[:SHORT_ID]})" for run, step in held)]
            for pool, held in holders.items()
        ]
        print("\n".join(table_lines(rows, header=["POOL", "PLACES", "AT WORK"])))


def _document(pool: str, places: int, held: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "pool": pool,
        "places": places,
        "at_work": [{"run_id": run_id, "step_key": step} for run_id, step in held],
    }


@command.command("set")
@click.argument("name")
@click.argument("places", type=click.IntRange(min=0))
@project_options
def set_limit(project: ProjectChoice, name: str, places: int) -> None:
    """Let at most PLACES steps of the pool be at work at once. Runs that begin from now on keep to it."""
    with project.open_history() as history:
        history.set_pool_limit(name, places)
    print(f"{name} has {places} {'place' if places == 1 else 'places'}.")


@command.command("delete")
@click.argument("name")
@project_options
def delete(project: ProjectChoice, name: str) -> None:
    """Let as many steps of the pool be at work as there are."""
    with project.open_history() as history:
        known = name in history.get_pool_limits()
        history.set_pool_limit(name, None)
    print(f"{name} has no limit any more." if known else f"{name} had no limit.")
