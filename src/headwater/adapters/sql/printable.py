"""Text that UTF-8 can hold.

The rare value with a lone surrogate in it (a file name in no known encoding) is kept readable, not refused.
"""

from __future__ import annotations

from typing import Any, TypeVar

from headwater.model.codec import decode, encode, to_builtins

_T = TypeVar("_T")


def build_printable(value: _T) -> _T:
    """``value`` with what UTF-8 cannot hold written out, like ``\\udc80``."""
    return decode(encode(_printable(to_builtins(value))), type(value))


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_printable(key): _printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item) for item in value]
    return value
