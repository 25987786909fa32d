"""One run as text: how it went, its steps, what they stored and said, its log."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from headwater.cli.error_text import near_path
from headwater.cli.metadata_text import INDENT, metadata_lines
from headwater.cli.report import RunReport
from headwater.cli.summary import SHORT_ID, check_lines, failure_lines
from headwater.cli.text_table import table_lines
from headwater.cli.wording import clock_text, count_text, moment_text, seconds_text
from headwater.instance.instance import DagsterInstance
from headwater.model.errors import DagsterRunNotFoundError
from headwater.model.event import Event, EventKind
from headwater.model.run import GLOBAL_ASSET_JOB, RunRecord

PAGE = 500


def find_run(history: DagsterInstance, run_id: str | None) -> RunRecord:
    """The run whose id begins with ``run_id``; without one the newest.

    Raises :class:`DagsterRunNotFoundError` when there is none, or more than one.
    """
    if run_id is None:
        newest = history.get_run_records(limit=1)
        if not newest:
            raise DagsterRunNotFoundError("There are no runs here yet.")
        return newest[0]
    exact = history.get_run_record_by_id(run_id)
    if exact is not None:
        return exact
    found = [record for record in _all_runs(history) if record.dagster_run.run_id.startswith(run_id)]
    if len(found) > 1:
        ids = ", ".join(record.dagster_run.run_id for record in found[:5])
        raise DagsterRunNotFoundError(f'Several runs begin with "{run_id}": {ids}.', invalid_run_id=run_id)
    if not found:
        raise DagsterRunNotFoundError(invalid_run_id=run_id)
    return found[0]


def _all_runs(history: DagsterInstance) -> Iterator[RunRecord]:
    page = history.get_run_records(limit=PAGE)
    while page:
        yield from page
        page = history.get_run_records(limit=PAGE, cursor=page[-1].dagster_run.run_id)


def job_text(job_name: str) -> str:
    """The name of a job, for people: a run of selected assets has none of its own."""
    return "assets" if job_name == GLOBAL_ASSET_JOB else job_name


def run_row(record: RunRecord) -> list[str]:
    """The run in one row of a list."""
    run = record.dagster_run
    took = record.end_time - record.start_time if record.end_time and record.start_time else None
    return [
        run.run_id[:SHORT_ID],
        job_text(run.job_name),
        run.status.value,
        moment_text(record.start_time or record.created_at),
        seconds_text(took) if took is not None else "",
    ]


def run_page_lines(
    record: RunRecord, report: RunReport, events: Sequence[Event], *, verbose: bool
) -> Iterator[str]:
    """Everything about one run; ``events`` are those which are to be listed."""
    yield from table_lines([fact for fact in _facts(record, report) if fact[1]])
    if report.failures:
        yield from ("", *list(failure_lines(report, verbose=verbose))[:-1])
    if report.steps:
        yield from ("", "Steps", *_indented(_step_lines(report)))
    if report.stored:
        yield from ("", "Stored", *_indented(_stored_lines(report)))
    if report.checks:
        yield from ("", "Checks", *_indented(check_lines(report.checks)))
    if events:
        yield from ("", "Log", *_indented(list(_event_lines(events))))


def _facts(record: RunRecord, report: RunReport) -> Iterator[tuple[str, str]]:
    run = record.dagster_run
    yield "run", run.run_id
    yield "job", job_text(run.job_name)
    yield "status", run.status.value
    yield "began", moment_text(record.start_time or record.created_at)
    yield "took", seconds_text(report.seconds) if report.seconds is not None else ""
    yield "tags", ", ".join(f"{name}={value}" for name, value in run.tags.items())
    yield "location", run.location


def _step_lines(report: RunReport) -> list[str]:
    rows = []
    for step in report.steps.values():
        seconds = report.step_seconds(step.step_key)
        attempts = f"{step.attempts} attempts" if step.attempts > 1 else ""
        rows.append(
            [step.step_key, step.status.value, seconds_text(seconds) if seconds is not None else "", attempts]
        )
    return table_lines(rows, right={2})


def _stored_lines(report: RunReport) -> Iterator[str]:
    for stored in report.stored:
        rows = f", {count_text(stored.rows, 'row')}" if stored.rows is not None else ""
        where = near_path(stored.place) if stored.place else "observed" if stored.observed else "by itself"
        yield f"{stored.name}: {where}{rows}"
        yield from _indented(metadata_lines(stored.metadata))


def _event_lines(events: Sequence[Event]) -> Iterator[str]:
    kinds = [
        logging.getLevelName(event.level) if event.kind is EventKind.LOG else event.kind.name
        for event in events
    ]
    width = max(map(len, kinds))
    for event, kind in zip(events, kinds, strict=True):
        step = f"{event.step_key}: " if event.step_key else ""
        first, *more = event.message.splitlines() or [""]
        yield f"{clock_text(event.timestamp)}  {kind:<{width}}  {step}{first}"
        yield from _indented(more)


def _indented(lines: Sequence[str] | Iterator[str]) -> list[str]:
    return [INDENT + line if line else "" for line in lines]
