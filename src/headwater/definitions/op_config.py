"""The config of one op: checked against its schema, and made into what its function receives."""

from __future__ import annotations

from typing import Any

from headwater.definitions.config_schema import build_config, resolve_config_schema
from headwater.definitions.config_type import ABSENT


def resolve_op_config(definition: Any, value: Any, path: tuple[str, ...] = ("config",)) -> Any:
    """What the function of an op receives as config for ``value`` (None: nothing was given).

    Raises ``DagsterInvalidConfigError`` with everything that is wrong, its place beginning at ``path``.
    """
    schema = definition.config_schema
    if schema is None:
        return value
    resolved = resolve_config_schema(schema).resolve(
        ABSENT if value is None else value, path=path, what=f'"{definition.name}"'
    )
    annotation = definition.computable.config_annotation
    return resolved if annotation is None else build_config(annotation, resolved)
