"""What the loggers of a run receive."""

from __future__ import annotations

import logging

import pytest

from headwater import DagsterInvalidConfigError, InitLoggerContext, job, logger, op
from headwater.definitions.repository import repository_of
from headwater.execution.run_loggers import RunLoggers, loggers_of, open_run_loggers
from headwater.model.event import Event, EventKind, LogData
from headwater.model.run import DagsterRun

RUN = DagsterRun(run_id="1", job_name="talk", tags={"team": "a"})


class Keeping(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)


def keeping(level: int = logging.DEBUG) -> tuple[RunLoggers, list[logging.LogRecord]]:
    """The loggers of a run, with one that keeps what it gets."""
    made, handler = logging.Logger("kept", level=level), Keeping()
    made.addHandler(handler)
    return RunLoggers([made], RUN), handler.seen


@op
def speaks() -> None: ...


@logger
def quiet(init_context: InitLoggerContext) -> logging.Logger:
    return logging.Logger(f"quiet in {init_context.run_id}")


@job(logger_defs={"quiet": quiet})
def talk() -> None:
    speaks()


def test_a_line_of_the_users_tells_its_run_and_step() -> None:
    loggers, seen = keeping()
    data = LogData(logger="dagster", extra={"flight": "UA 1", "name": "not this"})
    loggers.show(
        Event(
            kind=EventKind.LOG,
            run_id="1",
            job_name="talk",
            step_key="speaks",
            message="hello",
            level=20,
            data=data,
        )
    )
    (record,) = seen
    assert (record.name, record.levelname) == ("kept", "INFO")
    assert record.getMessage() == "talk - 1 - speaks - hello"
    meta = vars(record)["dagster_meta"]
    assert (meta["orig_message"], meta["step_key"], meta["job_tags"]) == ("hello", "speaks", {"team": "a"})
    assert meta["dagster_event"] is None
    assert vars(record)["flight"] == "UA 1"


def test_an_event_comes_with_its_record() -> None:
    loggers, seen = keeping()
    event = Event(kind=EventKind.RUN_START, run_id="1", job_name="talk", message="Started.")
    loggers.show(event)
    assert seen[0].getMessage() == "talk - 1 - PIPELINE_START - Started."
    assert vars(seen[0])["dagster_event"] is event


def test_a_logger_gets_what_reaches_its_level() -> None:
    loggers, seen = keeping(logging.ERROR)
    loggers.show(Event(kind=EventKind.LOG, run_id="1", message="little", level=logging.INFO))
    loggers.show(Event(kind=EventKind.LOG, run_id="1", message="much", level=logging.ERROR))
    assert [vars(each)["dagster_meta"]["orig_message"] for each in seen] == ["much"]


def test_the_config_of_a_run_names_its_loggers() -> None:
    repository = repository_of(talk)
    assert open_run_loggers(repository, talk, {}, RUN) is None
    assert open_run_loggers(repository, talk, {"quiet": {}}, RUN) is not None
    with pytest.raises(DagsterInvalidConfigError, match="console"):
        open_run_loggers(repository, talk, {"console": {}}, RUN)


def test_a_job_without_loggers_has_the_console() -> None:
    @job
    def silent() -> None:
        speaks()

    assert list(loggers_of(repository_of(silent), silent)) == ["console"]
