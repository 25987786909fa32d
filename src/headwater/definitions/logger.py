"""Loggers of a run: functions that make a :class:`logging.Logger`, which receives every line and event of the run."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, overload

from headwater.definitions.config_field import Field, Shape
from headwater.definitions.config_schema import ConfigSchema, resolve_config_schema
from headwater.definitions.config_trail import Trail
from headwater.definitions.config_type import ABSENT
from headwater.definitions.signature import read_signature
from headwater.model.errors import CheckError, DagsterInvalidInvocationError, ParameterCheckError

LoggerFunction = Callable[["InitLoggerContext"], logging.Logger]


class InitLoggerContext:
    """What the function of a logger is told. In tests, :func:`build_init_logger_context` makes one."""

    __headwater_context__: ClassVar[bool] = True

    def __init__(
        self,
        logger_config: Any = None,
        logger_def: LoggerDefinition | None = None,
        job_def: Any = None,
        run_id: str | None = None,
    ) -> None:
        self.logger_config = logger_config
        self.logger_def = logger_def
        self.job_def = job_def
        self.run_id = run_id

    def replace_config(self, config: Any) -> Self:
        """The same context with another config."""
        other = copy.copy(self)
        other.logger_config = config
        return other


class LoggerDefinition:
    """A function of an :class:`InitLoggerContext` that makes a logger, and the schema of its config.

    Made by :func:`logger`.
    """

    def __init__(
        self, logger_fn: LoggerFunction, config_schema: Any = None, description: str | None = None
    ) -> None:
        if not callable(logger_fn):
            raise ParameterCheckError(f"logger_fn must be a function, not {logger_fn!r}.")
        self.logger_fn = logger_fn
        self.description = description
        self.config_schema: ConfigSchema = resolve_config_schema(config_schema)

    def configured(
        self,
        config_or_config_fn: Any,
        name: str | None = None,
        config_schema: Any = None,
        description: str | None = None,
    ) -> LoggerDefinition:
        """The same logger with its config given in advance, or computed from a smaller one."""
        schema = self.config_schema.configured(config_or_config_fn, config_schema)
        return self.copy(config_schema=schema, description=description or self.description)

    def copy(self, **changes: Any) -> LoggerDefinition:
        """The same logger with some arguments changed."""
        arguments: dict[str, Any] = {
            "logger_fn": self.logger_fn,
            "config_schema": self.config_schema,
            "description": self.description,
        }
        return LoggerDefinition(**{**arguments, **changes})

    def make(self, context: InitLoggerContext, *, what: str = "the logger") -> logging.Logger:
        """The logger for the config in ``context``. Raises ``DagsterInvalidConfigError``, and what the function raises."""
        given = ABSENT if context.logger_config is None else context.logger_config
        made = self.logger_fn(context.replace_config(self.config_schema.resolve(given, what=what)))
        if not isinstance(made, logging.Logger):
            raise CheckError(f"The function of {what} gave {made!r}; it gives a logging.Logger.")
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> logging.Logger:
        """Make the logger for a context, as a test does."""
        given = (*args, *kwargs.values())
        params = read_signature(self.logger_fn).params
        name = params[0].name if params else "init_context"
        if len(given) != 1 or any(key != name for key in kwargs):
            raise DagsterInvalidInvocationError(
                f'A logger takes one argument, "{name}": build_init_logger_context(logger_config=...).'
            )
        context = given[0] if given[0] is not None else InitLoggerContext()
        if not isinstance(context, InitLoggerContext):
            raise ParameterCheckError(f"A logger takes a context, not {context!r}.")
        context = copy.copy(context)
        context.logger_def = self
        return self.make(context)


@overload
def logger(config_schema: LoggerFunction, description: str | None = None) -> LoggerDefinition: ...
@overload
def logger(
    config_schema: Any = None, description: str | None = None
) -> Callable[[LoggerFunction], LoggerDefinition]: ...
def logger(config_schema: Any = None, description: str | None = None) -> Any:
    """Make a :class:`LoggerDefinition` of a function.

    >>> @logger(config_schema={"path": str})
    ... def to_file(context):
    ...     made = logging.Logger("to_file")
    ...     made.addHandler(logging.FileHandler(context.logger_config["path"]))
    ...     return made
    """
    if callable(config_schema) and not isinstance(config_schema, (type, ConfigSchema)):
        return LoggerDefinition(config_schema, None, config_schema.__doc__)
    return lambda function: LoggerDefinition(function, config_schema, description or function.__doc__)


def build_init_logger_context(logger_config: Any = None, job_def: Any = None) -> InitLoggerContext:
    """A context for making a logger in a test.

    >>> to_file(build_init_logger_context(logger_config={"path": "run.log"})).info("hello")
    """
    return InitLoggerContext(logger_config, job_def=job_def, run_id="__EPHEMERAL_RUN_ID")


def loggers_field(loggers: Mapping[str, LoggerDefinition]) -> Field:
    """The ``loggers`` section of a run's config; which loggers it names are those that the run has."""
    return Field.of(
        Shape({name: Field.of(_entry(each), is_required=False) for name, each in loggers.items()}), {}
    )


def make_loggers(
    loggers: Mapping[str, LoggerDefinition],
    section: Mapping[str, Any],
    *,
    job_def: Any = None,
    run_id: str | None = None,
) -> list[logging.Logger]:
    """The loggers that the ``loggers`` section of a run's config names.

    Raises ``DagsterInvalidConfigError`` for a name that is not there and for config that does not fit, and what the
    functions raise.
    """
    trail = Trail(("loggers",))
    loggers_field(loggers).check(section, trail)
    trail.raise_findings("the loggers", section)
    return [
        loggers[name].make(
            InitLoggerContext((entry or {}).get("config"), loggers[name], job_def, run_id),
            what=f'the logger "{name}"',
        )
        for name, entry in ((each, section[each]) for each in loggers if each in section)
    ]


def _entry(definition: LoggerDefinition) -> Shape:
    return Shape({"config": definition.config_schema.as_field()})


def check_loggers(loggers: Mapping[str, Any] | None) -> dict[str, LoggerDefinition]:
    """``loggers``, if each is a logger definition. Raises :class:`CheckError` for any other."""
    for name, each in (loggers or {}).items():
        if not isinstance(each, LoggerDefinition):
            raise CheckError(f'The logger "{name}" is {each!r}. Make one with @logger.')
    return dict(loggers or {})
