"""Keys: how assets and their checks are named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from headwater.model.errors import CheckError

_SEPARATOR = "/"
_LEGACY_SEPARATORS = re.compile(r"[^a-zA-Z0-9_]")


class AssetKey:
    """The name of an asset: one or more parts, from the outermost folder to the name itself.

    ``AssetKey("flights")`` has one part, ``AssetKey(["raw", "flights"])`` has two. Keys are values: equal parts make
    equal, equally hashed keys. Raises :class:`CheckError` for anything but strings.

    >>> AssetKey(["raw", "flights"]).to_user_string()
    'raw/flights'
    """

    __slots__ = ("parts", "_hash")

    parts: tuple[str, ...]
    _hash: int

    def __init__(self, path: str | Sequence[str]) -> None:
        parts = (path,) if isinstance(path, str) else tuple(path)
        for part in parts:
            if not isinstance(part, str):
                raise CheckError(
                    f"An asset key is made of strings; {part!r} in {path!r} is a {type(part).__name__}."
                )
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "_hash", hash(parts))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"An AssetKey cannot be changed (tried to set {name!r}).")

    @property
    def path(self) -> list[str]:
        """The parts as a list."""
        return list(self.parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetKey) and self.parts == other.parts

    def __lt__(self, other: AssetKey) -> bool:
        return self.parts < other.parts

    def __iter__(self) -> Any:
        yield self.path

    def __repr__(self) -> str:
        return f"AssetKey({self.path!r})"

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        return AssetKey, (self.parts,)

    def to_user_string(self) -> str:
        """Parts joined by ``/``: what people read and type."""
        return _SEPARATOR.join(self.parts)

    def to_escaped_user_string(self) -> str:
        r"""Like :meth:`to_user_string`, with ``/`` inside a part written ``\/``, so that no two keys look alike."""
        return _SEPARATOR.join(part.replace("\\", "\\\\").replace("/", "\\/") for part in self.parts)

    def to_string(self) -> str:
        """The key as a JSON list: what is stored."""
        return json.dumps(self.path)

    def to_python_identifier(self, suffix: str | None = None) -> str:
        """Parts joined by ``__``: the name of the op that makes the asset."""
        name = "__".join(self.parts).replace("-", "_").replace(".", "_")
        return name if suffix is None else f"{name}__{suffix}"

    def with_prefix(self, prefix: str | Sequence[str]) -> AssetKey:
        """This key below ``prefix``."""
        return AssetKey(((prefix,) if isinstance(prefix, str) else tuple(prefix)) + self.parts)

    def has_prefix(self, prefix: Sequence[str]) -> bool:
        """Whether the key lies below ``prefix``."""
        return self.parts[: len(prefix)] == tuple(prefix)

    @staticmethod
    def from_user_string(text: str) -> AssetKey:
        """The key that :meth:`to_user_string` wrote (a ``/`` separates parts)."""
        return AssetKey(text.split(_SEPARATOR))

    @staticmethod
    def from_escaped_user_string(text: str) -> AssetKey:
        """The key that :meth:`to_escaped_user_string` wrote."""
        parts, part, escaped = [], "", False
        for char in text:
            if escaped:
                part, escaped = part + char, False
            elif char == "\\":
                escaped = True
            elif char == _SEPARATOR:
                parts.append(part)
                part = ""
            else:
                part += char
        return AssetKey([*parts, part])

    @staticmethod
    def from_db_string(text: str | None) -> AssetKey | None:
        """The key that :meth:`to_string` wrote."""
        if not text:
            return None
        return AssetKey(json.loads(text)) if text[0] == "[" else AssetKey(_LEGACY_SEPARATORS.split(text))

    @staticmethod
    def from_coercible(arg: CoercibleToAssetKey) -> AssetKey:
        """A key from whatever names one: a key, a string (one part), a list of parts, or an object with ``.key``."""
        if isinstance(arg, AssetKey):
            return arg
        if isinstance(arg, str):
            return AssetKey((arg,))
        if isinstance(arg, (list, tuple)):
            return AssetKey(tuple(arg))
        key = getattr(arg, "key", None)
        if isinstance(key, AssetKey):
            return key
        raise CheckError(f"{arg!r} does not name an asset. Give an AssetKey, a string, or a list of strings.")


CoercibleToAssetKey: TypeAlias = AssetKey | str | Sequence[str] | Any
CoercibleToAssetKeyPrefix: TypeAlias = str | Sequence[str]


class AssetCheckKey:
    """The name of a check: the asset that it checks, and its own name."""

    __slots__ = ("asset_key", "name")

    def __init__(self, asset_key: CoercibleToAssetKey, name: str) -> None:
        object.__setattr__(self, "asset_key", AssetKey.from_coercible(asset_key))
        object.__setattr__(self, "name", name)

    asset_key: AssetKey
    name: str

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"An AssetCheckKey cannot be changed (tried to set {name!r}).")

    def __hash__(self) -> int:
        return hash((self.asset_key, self.name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetCheckKey) and (self.asset_key, self.name) == (
            other.asset_key,
            other.name,
        )

    def __lt__(self, other: AssetCheckKey) -> bool:
        return (self.asset_key, self.name) < (other.asset_key, other.name)

    def __repr__(self) -> str:
        return f"AssetCheckKey(asset_key={self.asset_key!r}, name={self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return AssetCheckKey, (self.asset_key, self.name)

    def to_user_string(self) -> str:
        """``asset:check``: what people read and type."""
        return f"{self.asset_key.to_user_string()}:{self.name}"

    @staticmethod
    def from_user_string(text: str) -> AssetCheckKey:
        """The key that :meth:`to_user_string` wrote."""
        asset, _, name = text.rpartition(":")
        return AssetCheckKey(AssetKey.from_user_string(asset), name)

    def to_python_identifier(self) -> str:
        """The name of the op that runs the check."""
        return f"{self.asset_key.to_python_identifier()}_{self.name}"


def key_prefix_parts(prefix: CoercibleToAssetKeyPrefix | None) -> list[str]:
    """A prefix, however written, as a list of parts."""
    if prefix is None:
        return []
    return [prefix] if isinstance(prefix, str) else list(prefix)


def keys_of(args: Iterable[CoercibleToAssetKey] | Mapping[Any, Any]) -> list[AssetKey]:
    """The keys that a collection of key-like things names, in order."""
    return [AssetKey.from_coercible(arg) for arg in args]


AssetOrCheckKey: TypeAlias = AssetKey | AssetCheckKey
"""What a run can make or evaluate."""
