"""Log lines of user code: kept with the run, under the step that wrote them, and shown on the console."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import msgspec

from headwater.model.codec import encode
from headwater.model.error_info import build_error_info
from headwater.model.event import Event, EventKind, LogData

LOGGER_NAME = "dagster"

_receiver: ContextVar[Callable[[logging.LogRecord], None] | None] = ContextVar(
    "headwater_log_receiver", default=None
)


class RunLogHandler(logging.Handler):
    """Hands every record of the ``dagster`` loggers to the step, or the run, that is going on in the writer's context."""

    def emit(self, record: logging.LogRecord) -> None:
        receive = _receiver.get()
        if receive is not None:
            receive(record)
        elif logging.lastResort is not None and record.levelno >= logging.lastResort.level:
            logging.lastResort.handle(record)  # nothing runs, e.g. a resource is torn down after its run


_handler = RunLogHandler()


def install_handler() -> None:
    """Make the ``dagster`` loggers' records reach running steps. Calling it again changes nothing."""
    logger = logging.getLogger(LOGGER_NAME)
    if _handler not in logger.handlers:
        logger.addHandler(_handler)
        logger.propagate = False
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.DEBUG)


def receiving(receive: Callable[[logging.LogRecord], None] | None) -> Any:
    """Set who gets the records that are written in this context; returns a token for :func:`restore`."""
    return _receiver.set(receive)


def restore(token: Any) -> None:
    """Undo :func:`receiving`."""
    _receiver.reset(token)


def get_dagster_logger(name: str | None = None) -> logging.Logger:
    """A logger whose lines are kept with the run in which they are written.

    >>> get_dagster_logger().info("fetched %s stories", 3)
    """
    logger = logging.getLogger(LOGGER_NAME)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.DEBUG)
    return logging.getLogger(f"{LOGGER_NAME}.builtin.{name}" if name else f"{LOGGER_NAME}.builtin")


class StepLogger(logging.Logger):
    """``context.log``: writes records straight to the run."""

    def __init__(self, receive: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(LOGGER_NAME, logging.DEBUG)
        self._receive = receive

    def handle(self, record: logging.LogRecord) -> None:
        self._receive(record)

    def log_dagster_event(self, level: int | str, msg: str, dagster_event: Any) -> None:
        """Record an event that user code has made itself."""
        self.log(level if isinstance(level, int) else logging.getLevelName(level), msg)

    @property
    def run_id(self) -> str | None:
        """Kept for older code."""
        return None


DagsterLogManager = StepLogger


def event_of(record: logging.LogRecord, *, run_id: str, job_name: str, step_key: str | None) -> Event:
    """A log record as an event."""
    error = record.exc_info[1] if record.exc_info else None
    try:
        message = record.getMessage()
    except Exception as broken:  # noqa: BLE001 - told in the line itself
        message = f"{record.msg} (cannot be formatted with {record.args!r}: {broken})"
    return Event(
        kind=EventKind.LOG,
        run_id=run_id,
        timestamp=record.created,
        job_name=job_name,
        step_key=step_key,
        message=message,
        level=record.levelno,
        data=LogData(
            logger=record.name,
            error=build_error_info(error) if error is not None else None,
            extra=_extra_of(record),
        ),
    )


_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _extra_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the writer gave as ``extra``, in the form in which it is kept; of what cannot be kept, the text."""
    names = vars(record).keys() - _OF_EVERY_RECORD
    return {name: _kept(getattr(record, name)) for name in sorted(names)} if names else {}


def _kept(value: Any) -> Any:
    try:
        return msgspec.json.decode(encode(value))
    except Exception:  # noqa: BLE001 - whatever keeps a value from being written: its text is there
        return ascii(value)


def format_exception(error: BaseException) -> str:
    """An exception as Python prints it."""
    return "".join(traceback.format_exception(error))
