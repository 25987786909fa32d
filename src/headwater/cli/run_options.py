"""The options of a run: its config, from files or in place, its tags, its partition."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from headwater.definitions.config_file import config_from_files
from headwater.model.errors import CheckError
from headwater.model.partition import RANGE_END_TAG, RANGE_START_TAG, parse_key_range

_Function = TypeVar("_Function", bound=Callable[..., Any])

CONFIG_OPTIONS = (
    click.option(
        "-c",
        "--config",
        multiple=True,
        metavar="FILE",
        help="A YAML or JSON file with run config, or a pattern of files. Where several say the same, the last counts.",
    ),
    click.option("--config-json", metavar="JSON", help="Run config in place, as JSON."),
)
OPTIONS = (
    click.option("--tags", metavar="JSON", help='Tags of the run, as JSON: {"team": "weather"}.'),
    click.option("--partition", metavar="KEY", help="The partition to make."),
    click.option(
        "--partition-range", metavar="FIRST...LAST", help="The partitions to make in one run, first to last."
    ),
)


def config_options(function: _Function) -> _Function:
    """Give a command the options of run config; it receives ``run_config``, empty if none is given."""

    @functools.wraps(function)
    def command(*, config: tuple[str, ...], config_json: str | None, **given: Any) -> Any:
        if config and config_json is not None:
            raise click.UsageError("Give the run config in files (-c) or in place (--config-json), not both.")
        run_config = dict(config_from_files(config)) if config else json_object(config_json, "--config-json")
        return function(run_config=run_config, **given)

    decorated: _Function = _with(CONFIG_OPTIONS, command)
    return decorated


def run_options(function: _Function) -> _Function:
    """Give a command the options of a run; it receives ``run_config``, ``tags`` and ``partition``."""

    @functools.wraps(function)
    def command(
        *,
        tags: str | None,
        partition_range: str | None,
        **given: Any,
    ) -> Any:
        all_tags = json_object(tags, "--tags") | _range_tags(partition_range, given.get("partition"))
        return function(tags=all_tags, **given)

    decorated: _Function = _with(OPTIONS, command)
    return config_options(decorated)


def _with(options: Iterable[Callable[[Any], Any]], command: Callable[..., Any]) -> Any:
    """The command with these options, in their order."""
    decorated: Any = command
    for option in reversed(list(options)):
        decorated = option(decorated)
    return decorated


def _range_tags(text: str | None, partition: str | None) -> dict[str, str]:
    if text is None:
        return {}
    if partition is not None:
        raise click.UsageError("Give one partition (--partition) or a range (--partition-range), not both.")
    try:
        key_range = parse_key_range(text)
    except CheckError as error:
        raise click.BadParameter(str(error), param_hint="--partition-range") from error
    return {RANGE_START_TAG: key_range.start, RANGE_END_TAG: key_range.end}


def json_object(text: str | None, option: str) -> dict[str, Any]:
    """What an option says in JSON; empty when it is not given."""
    try:
        value = json.loads(text) if text is not None else {}
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"this is no JSON: {error}.", param_hint=option) from error
    if not isinstance(value, dict):
        raise click.BadParameter('a JSON object is expected, such as {"key": "value"}.', param_hint=option)
    return value
