"""Describe a schema to those who fill it in: as plain JSON for the manifest and the page, and an example."""

from __future__ import annotations

import json
from typing import Any

from headwater.definitions.config_field import (
    Array,
    Field,
    Map,
    Noneable,
    ScalarUnion,
    Selector,
    Shape,
    resolve_field,
)
from headwater.definitions.config_trail import Trail
from headwater.definitions.config_type import ConfigType, Enum, Scalar, Source


def describe_schema(schema: Any) -> dict[str, Any]:
    """``schema`` as plain JSON values. Defaults of secret fields are left out.

    >>> describe_schema(Field(int, default_value=3))
    {'kind': 'scalar', 'name': 'Int', 'required': False, 'default': 3}
    """
    return _describe_field(resolve_field(schema))


def _describe_field(field: Field) -> dict[str, Any]:
    described = {**_describe_type(field.config_type), "required": field.is_required}
    if field.description:
        described["description"] = field.description
    if field.is_secret:
        described["secret"] = True
    elif field.default_provided:
        default = field.config_type.check(field.default_value, Trail(resolve=False))
        described["default"] = json.loads(json.dumps(default, default=repr))
    return described


def _describe_type(config_type: ConfigType) -> dict[str, Any]:
    described: dict[str, Any] = {"kind": config_type.kind, **_inside(config_type)}
    if config_type.description:
        described["description"] = config_type.description
    return described


def _inside(config_type: ConfigType) -> dict[str, Any]:
    match config_type:
        case Scalar():
            return {"name": config_type.name}
        case Source():
            return {"name": config_type.scalar.name}
        case Enum():
            return {
                "name": config_type.name,
                "values": [_describe_value(each) for each in config_type.enum_values],
            }
        case Noneable() | Array():
            return {"inner": _describe_type(config_type.inner_type)}
        case Map():
            key, inner = _describe_type(config_type.key_type), _describe_type(config_type.inner_type)
            label = {"key_label": config_type.key_label_name} if config_type.key_label_name else {}
            return {"key": key, "inner": inner, **label}
        case ScalarUnion():
            scalar, other = (
                _describe_type(config_type.scalar_type),
                _describe_type(config_type.non_scalar_type),
            )
            return {"scalar": scalar, "non_scalar": other}
        case Shape() | Selector():
            return {"fields": {name: _describe_field(each) for name, each in config_type.fields.items()}}
    return {}


def _describe_value(value: Any) -> dict[str, Any]:
    described = {"name": value.config_value}
    return {**described, "description": value.description} if value.description else described


def example_config(schema: Any) -> Any:
    """A value to start from: every required field, with a placeholder of its type."""
    return resolve_field(schema).config_type.example
