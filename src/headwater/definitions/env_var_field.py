"""Let an :class:`EnvVar` stand in any field of a pydantic model, whatever the field's type and rules.

The variable's value is read when a run starts; until then there is nothing that the rules could be applied
to. A wrap validator for all fields would say the same in one line, but pydantic refuses those on the field
that tells the classes of a union apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import CoreSchema, core_schema

from headwater.definitions.env_var import holds_env_var

_TELL_CLASSES_APART = frozenset({"literal", "enum"})


def accept_env_vars(schema: CoreSchema) -> None:
    """Change the schema of a model so that its fields keep what holds an environment variable as it is."""
    for field in _model_fields(schema).values():
        holder = field
        while holder["schema"]["type"] == "default":
            holder = holder["schema"]
        inner = holder["schema"]
        if inner["type"] not in _TELL_CLASSES_APART and not _is_wrapped(inner):
            holder["schema"] = core_schema.no_info_wrap_validator_function(_keep_env_var, inner)


def _keep_env_var(value: Any, check: Callable[[Any], Any]) -> Any:
    return value if holds_env_var(value) else check(value)


def _is_wrapped(schema: dict[str, Any]) -> bool:
    """Whether this was done before: pydantic hands out the schema of a finished class again."""
    return schema["type"] == "function-wrap" and schema["function"]["function"] is _keep_env_var


def _model_fields(schema: Any) -> dict[str, Any]:
    """The fields of a model's schema, below the validators of the whole model."""
    while schema["type"] != "model-fields":
        if "schema" not in schema:
            return {}
        schema = schema["schema"]
    fields: dict[str, Any] = schema["fields"]
    return fields
