"""``headwater run wipe``: remove runs, or all that was recorded."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from headwater.cli.confirm import YES, confirm
from headwater.cli.failure import CommandFailed
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.run_page import find_run
from headwater.cli.wording import count_text
from headwater.instance.instance import DagsterInstance
from headwater.model.run import FINISHED_STATUSES, DagsterRun


@click.command("wipe")
@click.argument("run_ids", nargs=-1, metavar="[RUN_ID]...")
@YES
@project_options
def command(project: ProjectChoice, run_ids: tuple[str, ...], yes: bool) -> None:
    """Remove runs with their events and what they printed. What is known of assets stays, and so do their values.

    RUN_ID may be cut short. Without any: remove all runs and events, and forget that assets were made.
    """
    with project.read_history() as history:
        runs = [find_run(history, each).dagster_run for each in run_ids] or list(history.get_runs())
        _require_ended(runs)
        if not run_ids and not runs and not history.storage.event_log.size():
            print("There is nothing to remove.", file=sys.stderr)
            return
        if run_ids:
            confirm(f"{count_text(len(runs), 'run')} with all events will be removed.", yes)
        else:
            _confirm_all(history, len(runs), yes)
            history.wipe()
        for run in runs:
            history.delete_run(run.run_id)
            shutil.rmtree(Path(history.logs_directory(run.run_id)), ignore_errors=True)
        print(f"Removed {count_text(len(runs), 'run')}.")


def _require_ended(runs: list[DagsterRun]) -> None:
    """Whoever writes to a run that is not there any more would leave half of it behind."""
    at_work = [run for run in runs if run.status not in FINISHED_STATUSES]
    if at_work:
        first = at_work[0]
        more = f" and {count_text(len(at_work) - 1, 'other')}" if len(at_work) > 1 else ""
        raise CommandFailed(
            f"A run that has not ended is not removed: {first.run_id} ({first.status.value}){more}. Cancel it first: "
            f"headwater run cancel {first.run_id}"
        )


def _confirm_all(history: DagsterInstance, runs: int, yes: bool) -> None:
    events = history.storage.event_log.size()
    confirm(
        f"All that is recorded in {history.storage.location} ({count_text(runs, 'run')}, {count_text(events, 'event')}) "
        "will be removed, and all assets count as never made.",
        yes,
    )
