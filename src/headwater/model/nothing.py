"""Shared empty values: most definitions have no tags, no metadata, no hooks, and there may be ten thousands of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NO_ENTRIES: Mapping[Any, Any] = {}
NO_ITEMS: Sequence[Any] = []
NO_MEMBERS: frozenset[Any] = frozenset()
