"""One codec for all values that travel or are stored: JSON by msgspec, with asset keys as lists of strings."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from headwater.model.key import AssetCheckKey, AssetKey

_T = TypeVar("_T")


def _encode_other(value: Any) -> Any:
    """What msgspec does not know by itself. Metadata of unknown kinds is kept as its text rather than lost."""
    if isinstance(value, AssetKey):
        return value.parts
    if isinstance(value, AssetCheckKey):
        return [value.asset_key.parts, value.name]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    item = getattr(value, "item", None)  # numpy scalars
    return item() if callable(item) else repr(value)


def _decode_other(type_: type, value: Any) -> Any:
    if type_ is AssetKey:
        return AssetKey(value)
    if type_ is AssetCheckKey:
        return AssetCheckKey(AssetKey(value[0]), value[1])
    raise TypeError(f"no decoder for {type_!r}")


_encoder = msgspec.json.Encoder(enc_hook=_encode_other)
encode: Callable[[Any], bytes] = _encoder.encode
"""A value as JSON bytes."""


@lru_cache(maxsize=64)
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_, dec_hook=_decode_other)


def decode(data: bytes | str, type_: type[_T]) -> _T:
    """The value of ``type_`` from JSON. Raises ``msgspec.ValidationError``, naming the path, when it does not fit."""
    return _decoder(type_).decode(data)  # type: ignore[no-any-return,arg-type]


def to_builtins(value: Any) -> Any:
    """A value as plain dicts, lists, strings and numbers."""
    return msgspec.to_builtins(value, enc_hook=_encode_other, str_keys=True)


def convert(value: Any, type_: type[_T]) -> _T:
    """The value of ``type_`` from what :func:`to_builtins` made. Raises ``msgspec.ValidationError``."""
    return msgspec.convert(value, type_, dec_hook=_decode_other)
