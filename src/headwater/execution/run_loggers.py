"""The loggers of one run: every log line and event is handed on to those that its config names."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from headwater.definitions.console_logger import default_loggers
from headwater.definitions.job import JobDefinition
from headwater.definitions.logger import make_loggers
from headwater.definitions.repository import RepositoryDefinition
from headwater.model.event import Event, EventKind, LogData
from headwater.model.run import DagsterRun


class RunLoggers:
    """Hands the events of a run to loggers, as records with ``dagster_meta`` (run, job, step, the plain message)."""

    def __init__(self, loggers: Sequence[logging.Logger], run: DagsterRun) -> None:
        self._loggers = loggers
        self._run = run

    def show(self, event: Event) -> None:
        """Hand ``event`` to every logger whose level it reaches."""
        wanted = [each for each in self._loggers if each.isEnabledFor(event.level)]
        if not wanted:
            return
        facts = self._facts(event)
        for each in wanted:
            each.handle(_record(each.name, event, facts))

    def _facts(self, event: Event) -> dict[str, Any]:
        step_key = event.step_key
        return {
            "run_id": event.run_id,
            "job_name": event.job_name,
            "job_tags": dict(self._run.tags),
            "op_name": event.node_name,
            "resource_name": None,
            "orig_message": event.message,
            "log_timestamp": event.timestamp,
            "step_key": step_key,
            "dagster_event": event.dagster_event,
        }


def open_run_loggers(
    repository: RepositoryDefinition, job: JobDefinition, section: Any, run: DagsterRun
) -> RunLoggers | None:
    """The loggers which ``section``, the ``loggers`` of the run's config, names; None where it names none.

    Raises ``DagsterInvalidConfigError`` for what the job does not have, and what a logger's function raises.
    """
    if not section:
        return None
    loggers = make_loggers(loggers_of(repository, job), section, job_def=job, run_id=run.run_id)
    return RunLoggers(loggers, run)


def loggers_of(repository: RepositoryDefinition, job: JobDefinition) -> dict[str, Any]:
    """The loggers that a run of ``job`` can have: its own, else those of its definitions, else the console."""
    return dict(job.loggers or repository.loggers or default_loggers())


def _record(name: str, event: Event, facts: dict[str, Any]) -> logging.LogRecord:
    kind = "" if event.kind is EventKind.LOG else f"{event.kind.value} - "
    step = f"{event.step_key} - " if event.step_key else ""
    message = f"{event.job_name} - {event.run_id} - {step}{kind}{event.message}"
    record = logging.LogRecord(name, event.level, "", 0, message, (), None)
    record.created = event.timestamp
    record.msecs = (event.timestamp % 1) * 1000
    if isinstance(event.data, LogData):
        vars(record).update(
            {key: value for key, value in event.data.extra.items() if key not in vars(record)}
        )
    record.dagster_meta = facts
    if event.dagster_event is not None:
        record.dagster_event = event.dagster_event
    return record
