"""Merging dictionaries, as projects know it from ``dagster._utils.merger``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merge_dicts(*dicts: Mapping[Any, Any]) -> dict[Any, Any]:
    """All entries in a new dictionary; of one key, the last one's."""
    return {key: value for each in dicts for key, value in each.items()}
