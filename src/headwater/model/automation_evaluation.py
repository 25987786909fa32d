"""What the evaluation of automation conditions found: the reason for each asset, and what the next one has to know."""

from __future__ import annotations

from typing import Union

import msgspec

from headwater.model.key import AssetCheckKey, AssetKey

Entity = Union[AssetKey, AssetCheckKey]  # noqa: UP007 - named at run time, too
"""What has a condition: an asset, or a check."""

Slice = Union[str, None]  # noqa: UP007 - named at run time, too
"""A partition; None is all of what has no partitions."""

Slices = frozenset[Slice]
"""Some partitions; of what has none, itself or nothing."""

NOTHING: Slices = frozenset()
WHOLE: Slices = frozenset({None})


class EvaluatedNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A condition as it was evaluated: of how many ``candidates`` (partitions, or 1 for the whole) it was ``true``.

    ``target`` is the asset or check that was asked, where that is not the one whose condition it is.
    """

    name: str
    candidates: int
    true: int = 0
    label: str | None = None
    target: str | None = None
    children: list[EvaluatedNode] = []

    @property
    def title(self) -> str:
        """What to call it."""
        return self.label or self.name


class AutomationEvaluation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The evaluation of one asset or check (``entity`` in words) at a moment, and the reason for its outcome.

    ``number`` counts the evaluations of the sensor; ``requested`` is how many partitions (or 1) are to be made,
    ``partitions`` the first of them. ``run_ids`` are the runs that were asked for.
    """

    sensor: str
    number: int
    at: float
    entity: str
    requested: int
    condition: EvaluatedNode
    partitions: list[str] = []
    run_ids: list[str] = []


class NodeMemory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one part of a condition has to know of the evaluation before: of which slices it was true, or a text."""

    slices: list[str | None] = []
    text: str | None = None


class EntityMemory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was before of one asset or check: its condition (as a short text), what was requested, and its parts."""

    condition: str
    requested: list[str | None] = []
    nodes: dict[str, NodeMemory] = {}


class AutomationCursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far the evaluations of a sensor have come: how many there were, when, and up to which event they looked."""

    number: int = 0
    at: float | None = None
    event_number: int = 0
    entities: dict[str, EntityMemory] = {}


def entity_name(entity: Entity) -> str:
    """An asset or check in words, the same for ever.

    >>> entity_name(AssetCheckKey(AssetKey("orders"), "unique"))
    'check:orders:unique'
    """
    if isinstance(entity, AssetCheckKey):
        return f"check:{entity.asset_key.to_user_string()}:{entity.name}"
    return entity.to_user_string()
