"""``headwater backfill``: fill many partitions of assets or of a job, and see how far that is."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from headwater.cli.backfill_page import (
    HEADER,
    backfill_row,
    plan_lines,
)
from headwater.cli.backfill_run import BackfillRunner, show_end
from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.run_launch import choose_assets
from headwater.cli.run_options import config_options, json_object
from headwater.cli.text_table import table_lines
from headwater.cli.wording import count_text
from headwater.instance.instance import DagsterInstance
from headwater.model.backfill import Backfill, BackfillRequest, BackfillStatus, PartitionChoice
from headwater.model.errors import CheckError
from headwater.model.partition import parse_key_range
from headwater.model.run_request import tag_text
from headwater.services.backfill_control import BackfillControl
from headwater.services.backfill_launch import BackfillLauncher

_LISTED = 20


@click.group()
def command() -> None:
    """Fill many partitions: launch, list, show, pause, cancel, resume."""


@command.command("launch")
@click.argument("selection", required=False)
@click.option("-j", "--job", metavar="NAME", help="A job, in place of assets.")
@click.option(
    "--partition", "--partitions", "partitions", multiple=True, metavar="KEY[,KEY]", help="These partitions."
)
@click.option("--partition-range", metavar="FIRST...LAST", help="The partitions from the first to the last.")
@click.option("--all", "everything", is_flag=True, help="All partitions.")
@click.option("--missing", is_flag=True, help="Those that were never made (of the named ones, if some are).")
@click.option(
    "--failed", is_flag=True, help="Those whose newest attempt failed, and what is selected below them."
)
@click.option("--plan", is_flag=True, help="Only show what would run.")
@click.option("--tags", metavar="JSON", help='Tags of all runs, as JSON: {"dagster/priority": "-1"}.')
@click.option("--max-runs", type=click.IntRange(min=1), help="So many runs of it at once, at most.")
@click.option("--title", help="What it is called in lists.")
@click.option("--no-wait", is_flag=True, help="Record it, and leave it to the next `headwater dev`.")
@config_options
@json_option
@code_options
@click.pass_context
def launch(
    ctx: click.Context,
    code: Code,
    selection: str | None,
    job: str | None,
    partitions: tuple[str, ...],
    partition_range: str | None,
    everything: bool,
    missing: bool,
    failed: bool,
    plan: bool,
    tags: str | None,
    max_runs: int | None,
    title: str | None,
    no_wait: bool,
    run_config: dict[str, Any],
    as_json: bool,
) -> None:
    """Make many partitions of the assets in SELECTION, or of a job, in as many runs as it takes.

    Each run begins as soon as what it needs is there. A `headwater dev` that runs carries it out; without one this command
    does, and shows how far it is.
    """
    if (selection is None) is (job is None):
        raise click.UsageError("Say what to fill: a SELECTION of assets, or -j JOB.")
    location = code.load()
    request = BackfillRequest(
        location=location.name,
        assets=choose_assets(location, selection) if selection is not None else [],
        job_name=job,
        partition_keys=_split(partitions),
        partition_range=_range(partition_range),
        choice=_choice(missing, failed, named=bool(everything or partitions or partition_range)),
        tags={name: tag_text(value) for name, value in json_object(tags, "--tags").items()},
        run_config=run_config,
        most_runs=max_runs,
        title=title,
    )
    with code.open_history() as history:
        launcher = BackfillLauncher(history.storage, location.manifest)
        if plan:
            _show_plan(launcher, request, as_json)
            return
        backfill = launcher.launch(request, time.time())
        if as_json:
            with Document() as document:
                document.value = {"backfill_id": backfill.backfill_id}
        exit_code = _carry_out(code, history, backfill, wait=not (no_wait or as_json))
    ctx.exit(exit_code)


def _carry_out(code: Code, history: DagsterInstance, backfill: Backfill, *, wait: bool) -> int:
    """Carry it out here, unless somebody else does; the exit code."""
    name = backfill.backfill_id
    if wait:
        runner = BackfillRunner(code, history, backfill.request.location)
        if runner.take_lead():
            runs = sum(layer.parts for layer in backfill.layers)
            print(f"Backfill {name}: {count_text(runs, 'run')}. Ctrl-C cancels it.", file=sys.stderr)
            return runner.run(name)
    print(
        f"Backfill {name} is recorded; `headwater dev` carries it out, and `headwater backfill show {name}` tells how far "
        "it is.",
        file=sys.stderr,
    )
    return 0


@command.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=_LISTED, show_default=True, help="How many.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([each.value for each in BackfillStatus]),
    help="Of these.",
)
@json_option
@project_options
def list_backfills(project: ProjectChoice, limit: int, statuses: tuple[str, ...], as_json: bool) -> None:
    """List backfills, newest first."""
    with project.read_history() as history:
        store = history.storage.backfills
        found = store.find(statuses=[BackfillStatus(each) for each in statuses], limit=limit)
        counts = store.counts([each.backfill_id for each in found])
    if as_json:
        with Document() as document:
            document.value = [{"backfill": each, "counts": counts[each.backfill_id]} for each in found]
    elif not found:
        print("There are no backfills here.", file=sys.stderr)
    else:
        rows = [backfill_row(each, counts[each.backfill_id]) for each in found]
        print("\n".join(table_lines(rows, header=HEADER)))


@command.command("show")
@click.argument("backfill_id")
@json_option
@project_options
def show(project: ProjectChoice, backfill_id: str, as_json: bool) -> None:
    """Show how far a backfill is: its assets, what failed, how to go on. BACKFILL_ID may be cut short."""
    with project.read_history() as history:
        backfill = _control(history).find(backfill_id)
        if as_json:
            store = history.storage.backfills
            with Document() as document:
                document.value = {
                    "backfill": backfill,
                    "counts": store.counts([backfill.backfill_id])[backfill.backfill_id],
                    "parts": store.parts(backfill.backfill_id),
                }
        else:
            show_end(history, backfill)


@command.command("pause")
@click.argument("backfill_id")
@project_options
def pause(project: ProjectChoice, backfill_id: str) -> None:
    """Begin no more runs of a backfill; those that have begun go on."""
    with project.open_history() as history:
        backfill = _control(history).pause(backfill_id)
    print(f"Backfill {backfill.backfill_id} is paused.")


@command.command("cancel")
@click.argument("backfill_id")
@project_options
@click.pass_context
def cancel(ctx: click.Context, project: ProjectChoice, backfill_id: str) -> None:
    """Cancel a backfill and its runs, and wait for their end."""
    with project.open_history() as history:
        control = _control(history)
        backfill = control.ask_to_cancel(backfill_id)
        over = control.finish_cancel(backfill, time.time())
        show_end(history, control.find(backfill.backfill_id))
    ctx.exit(0 if over else 1)


@command.command("resume")
@click.argument("backfill_id")
@click.option("--no-wait", is_flag=True, help="Leave it to the next `headwater dev`.")
@code_options
@click.pass_context
def resume(ctx: click.Context, code: Code, backfill_id: str, no_wait: bool) -> None:
    """Go on with a backfill that was paused, or whose process is gone; of one that failed or was canceled, do what is not
    done."""
    with code.open_history() as history:
        control = _control(history)
        backfill = control.find(backfill_id)
        if backfill.status is not BackfillStatus.RUNNING:
            backfill = control.resume(backfill.backfill_id)
        exit_code = _carry_out(code, history, backfill, wait=not no_wait)
    ctx.exit(exit_code)


def _control(history: DagsterInstance) -> BackfillControl:
    return BackfillControl(history.storage, history.cancel_run)


def _show_plan(launcher: BackfillLauncher, request: BackfillRequest, as_json: bool) -> None:
    planned = launcher.plan(request, time.time())
    if as_json:
        with Document() as document:
            document.value = {
                "layers": planned.layers,
                "parts": planned.parts,
                "partitions": planned.partitions,
            }
    else:
        print("\n".join(plan_lines(planned, request.job_name)))


def _split(partitions: tuple[str, ...]) -> list[str] | None:
    keys = [key.strip() for each in partitions for key in each.split(",") if key.strip()]
    return keys or None


def _range(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    try:
        return tuple(parse_key_range(text))  # type: ignore[return-value]  # it has two
    except CheckError as error:
        raise click.BadParameter(str(error), param_hint="--partition-range") from error


def _choice(missing: bool, failed: bool, *, named: bool) -> PartitionChoice:
    if missing and failed:
        raise click.UsageError("Say --missing or --failed, not both.")
    if missing:
        return PartitionChoice.MISSING
    if failed:
        return PartitionChoice.FAILED
    if not named:
        raise click.UsageError(
            "Say which partitions: --partition KEY, --partition-range FIRST...LAST, --missing, --failed or --all."
        )
    return PartitionChoice.ALL
