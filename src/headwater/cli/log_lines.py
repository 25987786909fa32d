"""The log of a command that runs for long: lines of text or of JSON, on standard error or in a file."""

from __future__ import annotations

import datetime
import logging
import logging.handlers
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from headwater.model.codec import encode

TEXT, JSON = "text", "json"


class _TextLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{_moment(record)}  {record.levelname:<7}  {record.getMessage()}{_trace(self, record)}"


class _JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
        }
        if trace := _trace(self, record).strip():
            facts["trace"] = trace
        return encode(facts).decode()


@contextmanager
def write_log(form: str, file: Path | None) -> Iterator[None]:
    """Write what is logged meanwhile. Raises ``click.UsageError`` for a file that cannot be opened."""
    try:
        handler: logging.Handler = (
            logging.StreamHandler()
            if file is None
            else logging.handlers.WatchedFileHandler(file, encoding="utf-8")
        )
    except OSError as error:
        raise click.UsageError(f"The log cannot be written to {file}: {error.strerror}.") from error
    handler.setFormatter(_JsonLine() if form == JSON else _TextLine())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # that it has begun is said already
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


def _moment(record: logging.LogRecord) -> str:
    moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return "\n" + formatter.formatException(record.exc_info) if record.exc_info else ""
