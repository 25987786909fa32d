"""Loggers: how they are declared, configured, and made."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from headwater import (
    DagsterInvalidConfigError,
    InitLoggerContext,
    JsonLogFormatter,
    LoggerDefinition,
    build_init_logger_context,
    colored_console_logger,
    configured,
    default_loggers,
    default_system_loggers,
    json_console_logger,
    logger,
)
from headwater.definitions.logger import check_loggers, make_loggers
from headwater.model.errors import CheckError, DagsterInvalidInvocationError


@logger(config_schema={"name": str}, description="A logger of that name.")
def named(init_context: InitLoggerContext) -> logging.Logger:
    return logging.Logger(init_context.logger_config["name"])


@logger
def plain(init_context: InitLoggerContext) -> logging.Logger:
    """Without config."""
    return logging.Logger("plain")


def test_a_logger_is_made_for_a_context() -> None:
    assert named(build_init_logger_context(logger_config={"name": "a"})).name == "a"
    assert named(init_context=build_init_logger_context(logger_config={"name": "b"})).name == "b"
    assert plain(build_init_logger_context()).name == "plain"
    assert named.description == "A logger of that name."
    assert plain.description == "Without config."


def test_config_may_be_given_in_advance() -> None:
    fixed = named.configured({"name": "fixed"})
    assert fixed(build_init_logger_context()).name == "fixed"

    @configured(named, config_schema=str)
    def prefixed(name: str) -> dict[str, str]:
        return {"name": f"my-{name}"}

    assert isinstance(prefixed, LoggerDefinition)
    assert prefixed(build_init_logger_context(logger_config="own")).name == "my-own"


def test_config_that_does_not_fit_is_refused() -> None:
    with pytest.raises(DagsterInvalidConfigError, match="name"):
        named(build_init_logger_context(logger_config={"name": 1}))
    with pytest.raises(DagsterInvalidInvocationError, match="init_context"):
        named()
    with pytest.raises(CheckError, match="takes a context"):
        named(5)


def test_what_is_no_logger_is_refused() -> None:
    @logger
    def broken(init_context: InitLoggerContext) -> Any:
        return 3

    with pytest.raises(CheckError, match=r"gives a logging\.Logger"):
        broken(build_init_logger_context())
    with pytest.raises(CheckError, match='The logger "n" is 3'):
        check_loggers({"n": 3})


def test_a_runs_config_names_its_loggers() -> None:
    made = make_loggers({"named": named, "plain": plain}, {"named": {"config": {"name": "a"}}}, run_id="1")
    assert [each.name for each in made] == ["a"]
    with pytest.raises(DagsterInvalidConfigError, match="other"):
        make_loggers({"plain": plain}, {"other": {}})
    with pytest.raises(DagsterInvalidConfigError, match="name"):
        make_loggers({"named": named}, {"named": {}})


def test_the_console_loggers_write_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    colored_console_logger(build_init_logger_context({"name": "mine"})).info("hello %s", "you")
    written = capsys.readouterr().err
    assert written.endswith(" - mine - INFO - hello you\n")
    json_console_logger(build_init_logger_context({"log_level": "warning"})).info("too little")
    assert capsys.readouterr().err == ""
    json_console_logger(build_init_logger_context()).error("bad", exc_info=ValueError("no"))
    facts = json.loads(capsys.readouterr().err)
    assert (facts["name"], facts["levelname"], facts["msg"]) == ("dagster", "ERROR", "bad")
    assert "ValueError: no" in facts["exc_info"]


def test_a_level_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CheckError, match='no log level "LOUD"'):
        colored_console_logger(build_init_logger_context({"log_level": "LOUD"}))


def test_the_default_is_the_console() -> None:
    assert dict(default_loggers()) == {"console": colored_console_logger}
    ((definition, config),) = default_system_loggers()
    assert definition(build_init_logger_context(config)).level == logging.DEBUG


def test_json_lines_carry_what_the_caller_adds() -> None:
    record = logging.LogRecord("a", logging.INFO, "", 0, "text", (), None)
    record.flight = "UA 1"
    assert json.loads(JsonLogFormatter().format(record))["flight"] == "UA 1"
