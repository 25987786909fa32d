"""The options of a run: its config, from files or in place, its tags, its partition."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from headwater.definitions.config_file import config_from_files

_Function = TypeVar("_Function", bound=Callable[..., Any])

OPTIONS = (
    click.option(
        "-c",
        "--config",
        multiple=True,
        metavar="FILE",
        help="A YAML or JSON file with run config, or a pattern of files. Where several say the same, the last counts.",
    ),
    click.option("--config-json", metavar="JSON", help="Run config in place, as JSON."),
    click.option("--tags", metavar="JSON", help='Tags of the run, as JSON: {"team": "weather"}.'),
    click.option("--partition", metavar="KEY", help="The partition to make."),
)


def run_options(function: _Function) -> _Function:
    """Give a command the options of a run; it receives ``run_config``, ``tags`` and ``partition``."""

    @functools.wraps(function)
    def command(*, config: tuple[str, ...], config_json: str | None, tags: str | None, **given: Any) -> Any:
        if config and config_json is not None:
            raise click.UsageError("Give the run config in files (-c) or in place (--config-json), not both.")
        run_config = dict(config_from_files(config)) if config else _json_object(config_json, "--config-json")
        return function(run_config=run_config, tags=_json_object(tags, "--tags"), **given)

    decorated: Any = command
    for option in reversed(OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


def _json_object(text: str | None, option: str) -> dict[str, Any]:
    try:
        value = json.loads(text) if text is not None else {}
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"this is no JSON: {error}.", param_hint=option) from error
    if not isinstance(value, dict):
        raise click.BadParameter('a JSON object is expected, such as {"key": "value"}.', param_hint=option)
    return value
