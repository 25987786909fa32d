"""``headwater run``: list, show and cancel runs, which needs the history alone; resume them, which needs the code."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from headwater.cli.document import Document, event_documents, json_option, report_document, run_document
from headwater.cli.failure import CommandFailed
from headwater.cli.lazy_group import LazyGroup
from headwater.cli.metadata_text import INDENT
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.report import RunReport
from headwater.cli.run_page import find_run, run_page_lines, run_row
from headwater.cli.text_table import table_lines
from headwater.execution.captured_text import captured_texts
from headwater.model.event import DagsterEventType
from headwater.model.run import DagsterRunStatus, RunsFilter

STATUSES = [status.value.lower() for status in DagsterRunStatus]
LISTED = 25


@click.group(
    cls=LazyGroup,
    lazy={
        "launch": ("headwater.cli.run_launch", "Queue a run for the `headwater dev` that is running."),
        "resume": (
            "headwater.cli.resume",
            "Go on from a run that failed, died or was cancelled, in a new run.",
        ),
        "wipe": ("headwater.cli.run_wipe", "Remove runs with their events, or all that was recorded."),
    },
)
def command() -> None:
    """List, show, cancel and resume runs."""


@command.command("list")
@click.option("--limit", type=click.IntRange(min=1), help=f"How many ({LISTED}; as JSON all).")
@click.option("--job", metavar="NAME", help="Only runs of this job.")
@click.option(
    "--status",
    type=click.Choice(STATUSES, case_sensitive=False),
    multiple=True,
    help="Only runs in this state.",
)
@json_option
@project_options
def list_runs(
    project: ProjectChoice, limit: int | None, job: str | None, status: tuple[str, ...], as_json: bool
) -> None:
    """List runs, newest first."""
    wanted = RunsFilter(job_name=job, statuses=[DagsterRunStatus(each.upper()) for each in status])
    with project.read_history() as history:
        if as_json:
            with Document() as document:
                document.value = [run_document(record) for record in history.get_run_records(wanted, limit)]
            return
        records = history.get_run_records(wanted, limit or LISTED)
        count = history.get_runs_count(wanted)
    if not records:
        print(f"There are no runs in {project.home}.", file=sys.stderr)
        return
    rows = [run_row(record) for record in records]
    print("\n".join(table_lines(rows, header=["RUN", "JOB", "STATUS", "BEGAN", "TOOK"])))
    if count > len(records):
        print(f"and {count - len(records):,} older ones (--limit)", file=sys.stderr)


@command.command("show")
@click.argument("run_id", required=False)
@click.option("--events", "with_events", is_flag=True, help="Show every event, not only log lines.")
@click.option("--logs", "with_output", is_flag=True, help="Show what the steps printed, and nothing else.")
@click.option("-v", "--verbose", "all_frames", is_flag=True, help="Show frames of Headwater and libraries.")
@json_option
@project_options
def show_run(
    project: ProjectChoice,
    run_id: str | None,
    with_events: bool,
    with_output: bool,
    all_frames: bool,
    as_json: bool,
) -> None:
    """Show one run: steps, what they stored, metadata, log lines. RUN_ID may be cut short; without it, the newest run."""
    with project.read_history() as history:
        record = find_run(history, run_id)
        if with_output:
            _show_output(Path(history.logs_directory(record.dagster_run.run_id)))
            return
        events = history.all_logs(record.dagster_run.run_id)
    report = RunReport.of(events)
    if as_json:
        with Document() as document:
            document.value = (
                report_document(report) | run_document(record) | {"events": event_documents(events)}
            )
        return
    shown = events if with_events else [event for event in events if event.kind is DagsterEventType.LOG]
    print("\n".join(run_page_lines(record, report, shown, verbose=all_frames)))


def _show_output(folder: Path) -> None:
    texts = captured_texts(folder)
    for number, text in enumerate(texts):
        print(f"{chr(10) if number else ''}{text.step_key} ({text.stream})")
        for line in text.lines():
            print(f"{INDENT}{line}")
    if not texts:
        print("The steps of this run have printed nothing.", file=sys.stderr)


@command.command("cancel")
@click.argument("run_id")
@project_options
def cancel_run(project: ProjectChoice, run_id: str) -> None:
    """Cancel a run that is at work, and wait for its end. RUN_ID may be cut short."""
    with project.read_history() as history:
        run = find_run(history, run_id).dagster_run
        cancelled = history.cancel_run(run.run_id)
        status = history.get_status(run.run_id)
    if not cancelled:
        raise CommandFailed(f"Run {run.run_id} has ended already: {status.value}.")
    print(f"Run {run.run_id}: {status.value}")
