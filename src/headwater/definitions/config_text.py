"""Run config as people write it, in YAML: read with the line of every entry, so that a mistake is shown where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import yaml

from headwater.definitions.yaml_text import load_yaml
from headwater.model.errors import ConfigTextError, DagsterInvariantViolationError

Path = tuple[str | int, ...]


class Place(msgspec.Struct, frozen=True):
    """A place in a text: line and column, the first ones are 1; ``end_column`` is behind it."""

    line: int
    column: int
    end_column: int


class ConfigText(NamedTuple):
    """What a text says, and where in it each entry stands."""

    config: dict[str, Any]
    places: dict[Path, Place]

    def place_of(self, path: Sequence[str | int]) -> Place | None:
        """Where ``path`` stands, or the nearest entry around it that is there."""
        wanted = tuple(path)
        while wanted not in self.places and wanted:
            wanted = wanted[:-1]
        return self.places.get(wanted)


def read_config_text(text: str) -> ConfigText:
    """The config that ``text`` says. Raises :class:`ConfigTextError`, with line and column, for what is no YAML.

    >>> read_config_text("ops:\\n  load: 3").place_of(("ops", "load"))
    Place(line=2, column=3, end_column=7)
    """
    try:
        value = load_yaml(text, "The config")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (DagsterInvariantViolationError, yaml.YAMLError, RecursionError, ValueError) as error:
        cause = error.__cause__ if isinstance(error.__cause__, yaml.MarkedYAMLError) else None
        mark = cause.problem_mark if cause is not None else None
        place = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
        raise ConfigTextError(str(error), *place) from error
    if value is None:
        return ConfigText({}, {})
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise ConfigTextError("The config must be a mapping of names: `ops:`, `resources:`, …")
    return ConfigText(value, dict(_places(node, ())) if node is not None else {})


def write_config_text(config: Any) -> str:
    """``config`` as YAML, in the order that it has; nothing, where it is empty."""
    if not config:
        return ""
    text: str = yaml.safe_dump(config, sort_keys=False, allow_unicode=True, default_flow_style=False)
    return text


def _places(node: yaml.Node, path: Path) -> Iterator[tuple[Path, Place]]:
    if isinstance(node, yaml.MappingNode):
        for key, inner in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield (*path, key.value), _place(key)
                yield from _places(inner, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, inner in enumerate(node.value):
            yield (*path, number), _place(inner)
            yield from _places(inner, (*path, number))


def _place(node: yaml.Node) -> Place:
    start, end = node.start_mark, node.end_mark
    same = end.line == start.line and end.column > start.column
    return Place(start.line + 1, start.column + 1, (end.column if same else start.column + 1) + 1)
