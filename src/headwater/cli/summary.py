"""The end of a run in a few lines: what is stored where, what the assets said of themselves, how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from headwater.cli.error_text import error_lines, near_path
from headwater.cli.metadata_text import value_line
from headwater.cli.report import PLACES, ROW_COUNTS, RunReport, Stored
from headwater.cli.text_table import table_lines
from headwater.cli.wording import count_text, seconds_text
from headwater.model.event import AssetCheckEvaluation
from headwater.model.metadata import TableSchemaMetadataValue
from headwater.model.run import RunStatus, StepStatus

MOST_STORED = 40
MOST_WITH_METADATA = 12
MOST_ENTRIES = 4
SHORT_ID = 8
ALREADY_TOLD = {*PLACES, *ROW_COUNTS, "Query", "dagster/storage_kind"}
EVIDENCE = "headwater/"
"""Begins the labels under which I/O managers keep evidence of a write; `run show` has them."""

VERBS = {RunStatus.SUCCESS: "succeeded", RunStatus.FAILURE: "failed", RunStatus.CANCELED: "was cancelled"}


def summary_lines(report: RunReport) -> Iterator[str]:
    """What a run made, where that is, and the newest metadata."""
    if report.stored:
        yield from ("", "Stored", *_indented(_stored_lines(report)))
    said = list(_metadata_lines(report.stored))
    if said:
        yield from ("", "Metadata", *_indented(said))
    if report.checks:
        yield from ("", "Checks", *_indented(check_lines(report.checks)))


def result_line(report: RunReport, not_run: int = 0) -> str:
    """How the run ended, in one sentence."""
    took = f" in {seconds_text(report.seconds)}" if report.seconds is not None else ""
    done = len(report.steps_in(StepStatus.SUCCESS))
    parts = [f"{count_text(done, 'step')} done"]
    for status, word in (
        (StepStatus.FAILURE, "failed"),
        (StepStatus.CANCELED, "cancelled"),
        (StepStatus.SKIPPED, "skipped"),
    ):
        count = len(report.steps_in(status))
        parts += [f"{count:,} {word}"] if count else []
    if not_run > 0:
        parts.append(f"{not_run:,} not run")
    verb = VERBS.get(report.status, "has not ended")
    return f"Run {report.run_id[:SHORT_ID]} {verb}{took}: {', '.join(parts)}."


def failure_lines(report: RunReport, *, verbose: bool = False) -> Iterator[str]:
    """Each failure: the user's own exception first, then whose it was."""
    for failure in report.failures:
        yield from error_lines(failure.error, verbose=verbose)
        yield f"This failed the step {failure.step_key}." if failure.step_key else "This failed the run."
        yield ""


def check_lines(checks: Sequence[AssetCheckEvaluation]) -> list[str]:
    """One line for each check: passed, or failed and how badly."""
    rows = []
    for check in checks:
        verdict = "passed" if check.passed else f"FAILED ({check.severity.value.lower()})"
        said = ", ".join(f"{label} {value_line(value, 40)}" for label, value in check.metadata.items())
        rows.append(
            [
                f"{check.asset_key.to_user_string()}: {check.check_name}",
                verdict,
                said or check.description or "",
            ]
        )
    return table_lines(rows) if rows else []


def _stored_lines(report: RunReport) -> list[str]:
    rows = []
    for stored in report.stored[:MOST_STORED]:
        place = (
            near_path(stored.place)
            if stored.place is not None
            else "observed"
            if stored.observed
            else "by itself"
        )
        seconds = report.step_seconds(stored.step_key)
        rows.append(
            [
                stored.name,
                place,
                count_text(stored.rows, "row") if stored.rows is not None else "",
                seconds_text(seconds) if seconds is not None else "",
            ]
        )
    lines = table_lines(rows, right={2, 3})
    more = len(report.stored) - MOST_STORED
    return (
        [*lines, f"and {more:,} more: headwater run show {report.run_id[:SHORT_ID]}"] if more > 0 else lines
    )


def _metadata_lines(stored: Sequence[Stored]) -> Iterator[str]:
    """What the user's code said, for the last assets that said something."""
    told = [(each.name, _own_entries(each)) for each in stored]
    for name, entries in [(name, entries) for name, entries in told if entries][-MOST_WITH_METADATA:]:
        yield name
        yield from _indented(table_lines(entries[:MOST_ENTRIES]))


def _own_entries(stored: Stored) -> list[tuple[str, str]]:
    return [
        (label, value_line(value))
        for label, value in stored.metadata.items()
        if label not in ALREADY_TOLD
        and not label.startswith(EVIDENCE)
        and not isinstance(value, TableSchemaMetadataValue)
    ]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]
