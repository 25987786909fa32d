"""Evaluate automation conditions in a test: once, at a moment that the test chooses, and nothing is launched."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.definitions import Definitions
from headwater.instance.instance import DagsterInstance
from headwater.model.automation_evaluation import (
    NOTHING,
    AutomationCursor,
    AutomationEvaluation,
    Entity,
    Slice,
    entity_name,
)
from headwater.model.key import AssetCheckKey, AssetKey, CoercibleToAssetKey
from headwater.planning.automation_evaluation import AutomationOutcome
from headwater.planning.automation_graph import AutomationGraph
from headwater.planning.selection import AssetSelection
from headwater.services.automation_evaluation import evaluate_conditions


class EvaluateAutomationConditionsResult:
    """What conditions asked for. ``cursor`` is to be given to the next evaluation; ``evaluations`` tell the reasons."""

    def __init__(self, outcome: AutomationOutcome) -> None:
        self.cursor: AutomationCursor = outcome.cursor
        self.evaluations: Sequence[AutomationEvaluation] = outcome.evaluations
        self._requested = outcome.requested

    @property
    def total_requested(self) -> int:
        """How many assets, partitions and checks are to be made."""
        return sum(map(len, self._requested.values()))

    def get_requested_partitions(self, asset_key: CoercibleToAssetKey | AssetCheckKey) -> AbstractSet[Slice]:
        """The partitions of an asset that are to be made; ``{None}`` for one without partitions."""
        return self._requested.get(_entity(asset_key), NOTHING)

    def get_num_requested(self, asset_key: CoercibleToAssetKey | AssetCheckKey) -> int:
        """How many partitions of an asset are to be made; 1 for one without partitions."""
        return len(self.get_requested_partitions(asset_key))

    def get_evaluation(self, asset_key: CoercibleToAssetKey | AssetCheckKey) -> AutomationEvaluation | None:
        """Why an asset is to be made, or is not; None for one without a condition."""
        name = entity_name(_entity(asset_key))
        return next((each for each in self.evaluations if each.entity == name), None)


def evaluate_automation_conditions(
    defs: Definitions | Sequence[Any],
    instance: DagsterInstance,
    asset_selection: Any = None,
    evaluation_time: datetime.datetime | None = None,
    cursor: AutomationCursor | None = None,
) -> EvaluateAutomationConditionsResult:
    """Evaluate the automation conditions of ``defs`` once (of the selected assets and their checks, with a selection).

    ``evaluation_time`` is now, where none is given. What was before an evaluation is told by the ``cursor`` of the result
    of the one before.

    >>> result = evaluate_automation_conditions(defs, instance)
    >>> result = evaluate_automation_conditions(defs, instance, cursor=result.cursor)
    >>> result.get_num_requested(AssetKey("report"))
    0
    """
    definitions = defs if isinstance(defs, Definitions) else Definitions(assets=list(defs))
    automation = AutomationGraph(definitions.manifest)
    conditions = automation.conditions
    if asset_selection is not None:
        chosen = AssetSelection.from_coercible(asset_selection)
        wanted: set[Entity] = {*chosen.resolve(automation.graph), *chosen.resolve_checks(automation.graph)}
        conditions = automation.conditions_among(wanted)
    moment = evaluation_time or datetime.datetime.now(datetime.UTC)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    outcome = evaluate_conditions(
        automation, conditions, instance.storage, cursor or AutomationCursor(), now=moment.timestamp()
    )
    return EvaluateAutomationConditionsResult(outcome)


def _entity(key: CoercibleToAssetKey | AssetCheckKey) -> AssetKey | AssetCheckKey:
    return key if isinstance(key, AssetCheckKey) else AssetKey.from_coercible(key)
