"""Runs, events, assets and metadata as JSON documents: what ``--json`` prints."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
import msgspec

from headwater.cli.report import RunReport, Stored
from headwater.model.codec import encode, to_builtins
from headwater.model.error_info import ErrorInfo
from headwater.model.event import AssetCheckEvaluation, Event
from headwater.model.key import AssetKey
from headwater.model.metadata import AnyMetadataValue, FloatMetadataValue
from headwater.model.run import RunRecord

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."
)


class Document:
    """The one JSON document that a command prints. Until then, all that is printed goes to standard error.

    That holds for what the user's code prints, and for processes which it starts.

    >>> with Document() as document:
    ...     document.value = {"runs": []}
    """

    def __init__(self) -> None:
        self.value: Any = None
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Document:
        self._out = sys.stdout
        self._stack.enter_context(_descriptor_to_standard_error())
        self._stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        if self.value is not None:
            click.echo(msgspec.json.format(encode(self.value), indent=2), file=self._out)


@contextlib.contextmanager
def _descriptor_to_standard_error() -> Iterator[None]:
    """Let what writes to the process's own standard output write to its standard error."""
    if (
        sys.__stdout__ is None or sys.stdout is not sys.__stdout__
    ):  # somebody has put another stream there: a test, a notebook
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def moment(timestamp: float | None) -> str | None:
    """A moment in ISO 8601, UTC."""
    if timestamp is None:
        return None
    return datetime.datetime.fromtimestamp(timestamp, datetime.UTC).isoformat(timespec="milliseconds")


def metadata_document(metadata: Mapping[str, AnyMetadataValue]) -> dict[str, Any]:
    """Each entry with its type and its value."""
    return {label: _metadata_value(value) for label, value in metadata.items()}


def _metadata_value(value: AnyMetadataValue) -> dict[str, Any]:
    kind = value.__struct_config__.tag
    plain: Any = value.value
    if isinstance(value, FloatMetadataValue) and value.literal:
        plain = value.literal  # nan or inf, for which JSON has no word
    elif isinstance(plain, AssetKey):
        plain = plain.to_user_string()
    elif plain is value:
        plain = {name: field for name, field in to_builtins(value).items() if name != "type"}
    return {"type": kind, "value": to_builtins(plain)}


def error_document(info: ErrorInfo) -> dict[str, Any]:
    """An error with its frames and what is behind it."""
    return {
        "class": info.cls_name,
        "message": info.message,
        "frames": [to_builtins(frame) for frame in info.frames],
        "cause": error_document(info.cause) if info.cause else None,
    }


def stored_document(stored: Stored, report: RunReport) -> dict[str, Any]:
    """What was made: where it is, how many rows it has, how long it took."""
    return {
        "asset": stored.asset,
        **({"output": stored.name} if stored.asset is None else {}),
        "partition": stored.partition,
        "step": stored.step_key,
        "stored": stored.place,
        "rows": stored.rows,
        "seconds": report.step_seconds(stored.step_key),
        "metadata": metadata_document(stored.metadata),
    }


def check_document(check: AssetCheckEvaluation) -> dict[str, Any]:
    """How a check ended."""
    return {
        "asset": check.asset_key.to_user_string(),
        "check": check.check_name,
        "passed": check.passed,
        "severity": check.severity.value,
        "metadata": metadata_document(check.metadata),
    }


def report_document(report: RunReport) -> dict[str, Any]:
    """What a run did."""
    return {
        "run_id": report.run_id,
        "job": report.job_name,
        "status": report.status.value,
        "started_at": moment(report.progress.started_at),
        "ended_at": moment(report.progress.ended_at),
        "seconds": report.seconds,
        "assets": [stored_document(each, report) for each in report.stored],
        "checks": [check_document(each) for each in report.checks],
        "steps": [
            {
                "step": each.step_key,
                "status": each.status.value,
                "attempts": each.attempts,
                "seconds": report.step_seconds(each.step_key),
            }
            for each in report.steps.values()
        ],
        "errors": [{"step": each.step_key, "error": error_document(each.error)} for each in report.failures],
    }


def run_document(record: RunRecord) -> dict[str, Any]:
    """A run as it is listed."""
    run = record.dagster_run
    return {
        "run_id": run.run_id,
        "job": run.job_name,
        "status": run.status.value,
        "created_at": moment(record.created_at),
        "started_at": moment(record.start_time),
        "ended_at": moment(record.end_time),
        "tags": run.tags,
        "config": run.run_config,
        "location": run.location,
        "asset_selection": None
        if run.asset_selection is None
        else [key.to_user_string() for key in run.asset_selection],
    }


def event_documents(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events with what they are about; what an event has not, its document has not either."""
    return [_event_document(event) for event in events]


def _event_document(event: Event) -> dict[str, Any]:
    data = event.data
    about = event.asset_materialization or event.asset_observation or data
    metadata = getattr(about, "metadata", None)
    facts = {
        "step": event.step_key,
        "asset": event.asset_key.to_user_string() if event.asset_key is not None else None,
        "partition": event.partition,
        "metadata": metadata_document(metadata) if metadata else None,
        "error": error_document(event.error_info) if event.error_info is not None else None,
    }
    return {
        "kind": event.kind.name,
        "at": moment(event.timestamp),
        "level": event.level,
        "message": event.message,
        **{name: fact for name, fact in facts.items() if fact is not None},
    }
