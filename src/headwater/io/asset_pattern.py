"""Patterns that say for which assets something holds: by key, or by group."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from typing import TypeVar

from headwater.model.key import AssetKey

T = TypeVar("T")


def fits(pattern: str, key: AssetKey, group: str | None) -> bool:
    """Whether a pattern means an asset: ``raw/*`` by its key, ``group:exports`` by its group; a star is anything.

    >>> fits("raw/*", AssetKey(["raw", "flights"]), None)
    True
    """
    kind, _, wanted = pattern.rpartition(":")
    if kind == "group":
        return fnmatch.fnmatchcase(group or "default", wanted)
    return fnmatch.fnmatchcase(key.to_user_string(), pattern)


def first_fit(patterns: Mapping[str, T], key: AssetKey, group: str | None) -> T | None:
    """What the first pattern that fits says; None where none does."""
    return next((each for pattern, each in patterns.items() if fits(pattern, key, group)), None)
