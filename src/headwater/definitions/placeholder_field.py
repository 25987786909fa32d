"""Let the fields of a pydantic model hold what is only known when a run starts.

That is an :class:`EnvVar`, and in a resource another resource that is made by the run. Until then there is
nothing that the type and the rules of a field could be applied to. A wrap validator for all fields would say
the same in one line, but pydantic refuses those on the field that tells the classes of a union apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import CoreSchema, core_schema

_TELL_CLASSES_APART = frozenset({"literal", "enum"})


class Ready:
    """A value which is right already: a field takes it without a check."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _PlaceholderCheck:
    """The check of a field, left out for placeholders."""

    def __init__(self, is_placeholder: Callable[[Any], bool]) -> None:
        self.is_placeholder = is_placeholder

    def __call__(self, value: Any, check: Callable[[Any], Any]) -> Any:
        if isinstance(value, Ready):
            return value.value
        return value if self.is_placeholder(value) else check(value)


def accept_placeholders(schema: CoreSchema, is_placeholder: Callable[[Any], bool]) -> None:
    """Change the schema of a model so that its fields keep placeholders as they are."""
    for field in _model_fields(schema).values():
        holder = field
        while holder["schema"]["type"] == "default":
            holder = holder["schema"]
        inner = holder["schema"]
        if inner["type"] not in _TELL_CLASSES_APART and not _is_wrapped(inner):
            check = _PlaceholderCheck(is_placeholder)
            holder["schema"] = core_schema.no_info_wrap_validator_function(check, inner)


def _is_wrapped(schema: dict[str, Any]) -> bool:
    """Whether this was done before: pydantic hands out the schema of a finished class again."""
    return schema["type"] == "function-wrap" and isinstance(schema["function"]["function"], _PlaceholderCheck)


def _model_fields(schema: Any) -> dict[str, Any]:
    """The fields of a model's schema, below the validators of the whole model."""
    while schema["type"] != "model-fields":
        if "schema" not in schema:
            return {}
        schema = schema["schema"]
    fields: dict[str, Any] = schema["fields"]
    return fields
