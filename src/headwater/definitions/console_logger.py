"""Loggers that write to the console: for people, in colour; for machines, in JSON."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from headwater.definitions.config_field import Field
from headwater.definitions.logger import InitLoggerContext, LoggerDefinition, logger
from headwater.model.errors import CheckError

DEFAULT_LEVEL = "INFO"
DEFAULT_NAME = "dagster"

_COLOURS = {logging.DEBUG: "32", logging.WARNING: "33", logging.ERROR: "31", logging.CRITICAL: "1;31"}
_SCHEMA = {
    "log_level": Field(str, default_value=DEFAULT_LEVEL, description="The least level that is written."),
    "name": Field(str, default_value=DEFAULT_NAME, description="The name of the logger."),
}


class StandardErrorHandler(logging.StreamHandler[TextIO]):
    """Writes to what ``sys.stderr`` is at the time, so that output captured later is captured."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # a plain attribute there
        """Standard error, now."""
        return sys.stderr


class ColourFormatter(logging.Formatter):
    """A line: time, name, level, message; in the colour of its level on a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s - %(name)s - %(levelname)s - %(message)s", "%Y-%m-%d %H:%M:%S %z")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        colour = _COLOURS.get(record.levelno)
        return f"\x1b[{colour}m{line}\x1b[0m" if colour and sys.stderr.isatty() else line


class JsonLogFormatter(logging.Formatter):
    """A line of JSON: every attribute of the record, ``dagster_meta`` with the run and step among them."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if not name.startswith("_")}
        if record.exc_info:
            facts["exc_info"] = self.formatException(record.exc_info)
        return json.dumps(facts, default=str, sort_keys=True)


@logger(_SCHEMA, description="The default logger: lines on the console, in colour.")
def colored_console_logger(init_context: InitLoggerContext) -> logging.Logger:
    """Write lines to standard error, coloured by level where that is a terminal."""
    return _console(init_context.logger_config, ColourFormatter())


@logger(_SCHEMA, description="Lines on the console, in JSON.")
def json_console_logger(init_context: InitLoggerContext) -> logging.Logger:
    """Write lines to standard error, each as one JSON object."""
    return _console(init_context.logger_config, JsonLogFormatter())


def _console(config: Mapping[str, Any], formatter: logging.Formatter) -> logging.Logger:
    made = logging.Logger(config["name"], level=log_level(config["log_level"]))
    handler = StandardErrorHandler()
    handler.setFormatter(formatter)
    made.addHandler(handler)
    return made


def log_level(name: str) -> int:
    """The number of a level by its name, in either case. Raises :class:`CheckError` for one that does not exist."""
    levels = logging.getLevelNamesMapping()
    if name.upper() not in levels:
        raise CheckError(f'There is no log level "{name}". Levels: {", ".join(levels)}.')
    return levels[name.upper()]


def default_loggers() -> Mapping[str, LoggerDefinition]:
    """The loggers that a job can be configured with when it has none of its own."""
    return {"console": colored_console_logger}


def default_system_loggers(instance: Any = None) -> Sequence[tuple[LoggerDefinition, Mapping[str, object]]]:
    """The loggers of a run whose config names none, with their config."""
    return [(colored_console_logger, {"name": DEFAULT_NAME, "log_level": "DEBUG"})]
