"""Values as text and back: what a cursor or a file of the user's holds.

JSON, in which ``{"__class__": "AssetKey", ...}`` stands for a value of Headwater's own classes.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import msgspec

from headwater.model import event, key, metadata, run, run_request, table
from headwater.model.codec import convert, to_builtins
from headwater.model.errors import DeserializationError, SerializationError
from headwater.model.key import AssetCheckKey, AssetKey

_MODULES: tuple[ModuleType, ...] = (key, table, metadata, event, run, run_request)
_OTHER_NAMES = {"PipelineRunStatus": "DagsterRunStatus"}  # what Dagster writes in place of the class's name


def serialize_value(val: Any) -> str:
    """A value as text: plain data, sets, asset keys, metadata, events, runs and run requests, and what holds them.

    Raises :class:`SerializationError` for a value of any other class.

    >>> serialize_value({"last": AssetKey(["raw", "flights"])})
    '{"last": {"__class__": "AssetKey", "path": ["raw", "flights"]}}'
    """
    return json.dumps(_packed(val))


def deserialize_value(val: str, as_type: Any = None) -> Any:
    """The value that :func:`serialize_value` wrote as ``val``; tuples come back as lists.

    Raises :class:`DeserializationError` for a class that is not known, and when the value is no ``as_type``;
    ``ValueError`` for what is no JSON.
    """
    value = _unpacked(json.loads(val))
    if as_type is not None and not isinstance(value, as_type):
        raise DeserializationError(f"The text holds a {type(value).__name__}, not a {as_type}.")
    return value


def _packed(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, enum.Enum):
        return {"__enum__": f"{type(value).__name__}.{value.name}"}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, AssetKey):
        return {"__class__": "AssetKey", "path": value.path}
    if isinstance(value, AssetCheckKey):
        return {"__class__": "AssetCheckKey", "asset_key": _packed(value.asset_key), "name": value.name}
    if isinstance(value, Mapping):
        return {str(name): _packed(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_packed(each) for each in value]
    if isinstance(value, frozenset):
        return {"__frozenset__": [_packed(each) for each in sorted(value, key=str)]}
    if isinstance(value, set):
        return {"__set__": [_packed(each) for each in sorted(value, key=str)]}
    name = type(value).__name__
    if isinstance(value, msgspec.Struct) and _classes().get(name) is type(value):
        return {"__class__": name, **to_builtins(value)}
    raise SerializationError(
        f"{value!r} is a {name}, which cannot be written as text. "
        "Use plain data, or the values of the public API (asset keys, metadata, events, runs, run requests)."
    )


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"__class__": "AssetKey", "path": path}:
            return AssetKey(path)
        case {"__class__": "AssetCheckKey", "asset_key": asset_key, "name": name}:
            return AssetCheckKey(_unpacked(asset_key), name)
        case {"__class__": str(name), **fields}:
            return _instance(name, fields)
        case {"__enum__": str(name)}:
            return _member(*name.split(".", 1))
        case {"__set__": list(members)}:
            return {_unpacked(each) for each in members}
        case {"__frozenset__": list(members)}:
            return frozenset(_unpacked(each) for each in members)
    return {name: _unpacked(each) for name, each in value.items()}


@cache
def _classes() -> dict[str, type]:
    """The classes of the model by their names."""
    return {
        name: each
        for module in _MODULES
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, (msgspec.Struct, enum.Enum)) and each.__name__ == name
    }


def _find(name: str) -> type:
    found = _classes().get(_OTHER_NAMES.get(name, name))
    if found is None:
        raise DeserializationError(f'The text holds a "{name}", which this Headwater does not know.')
    return found


def _instance(name: str, fields: dict[str, Any]) -> Any:
    try:
        return convert(fields, _find(name))
    except msgspec.ValidationError as error:
        raise DeserializationError(f"The text holds a {name} that does not fit: {error}") from error


def _member(class_name: str, name: str) -> Any:
    try:
        return _find(class_name)[name]  # type: ignore[index]  # it is an enum; else the error below
    except (KeyError, TypeError) as error:
        raise DeserializationError(f"{class_name} has no member {name}.") from error
