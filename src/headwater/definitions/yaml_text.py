"""YAML as config is written in: text, numbers, true and false, lists, dicts. Dates stay the text that they are."""

from __future__ import annotations

from typing import Any, ClassVar

import yaml

from headwater.model.errors import DagsterInvariantViolationError

_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Fast):  # type: ignore[misc]  # which of the two it is depends on how PyYAML was built
    """A safe loader that makes no dates: config wants the text, and says itself what it means."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in _Fast.yaml_implicit_resolvers.items()
    }


def load_yaml(text: str, where: str) -> Any:
    """What ``text`` says. Raises :class:`DagsterInvariantViolationError`, naming ``where`` and the place in it."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise DagsterInvariantViolationError(f"{where} is no valid YAML{place}: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise DagsterInvariantViolationError(f"{where} is no valid YAML: {error}") from error
