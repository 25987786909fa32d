"""The assets of a code location with their automation conditions: what evaluations need of a manifest, built once."""

from __future__ import annotations

from collections.abc import Collection

from headwater.model.automation_condition import AutomationCondition
from headwater.model.automation_evaluation import Entity
from headwater.model.manifest import AutomationTarget, Manifest
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.automation_order import AutomationOrder
from headwater.planning.partition_graph import PartitionGraph


class AutomationGraph:
    """The graph of a manifest, its partitions, the order in which conditions are evaluated, and the conditions."""

    def __init__(self, manifest: Manifest) -> None:
        self.graph = AssetGraph(manifest.assets, manifest.checks)
        self.partitions = PartitionGraph(self.graph)
        self.order = AutomationOrder(self.graph, manifest.computations)
        self.conditions: dict[Entity, AutomationCondition] = {}
        for each in manifest.automation:
            self.conditions.update(dict.fromkeys(each.assets, each.condition))
            self.conditions.update(dict.fromkeys(each.checks, each.condition))

    def conditions_of(self, target: AutomationTarget) -> dict[Entity, AutomationCondition]:
        """What a sensor evaluates: the conditions of its assets and checks."""
        entities: list[Entity] = [*target.assets, *target.checks]
        found = {key: self.conditions.get(key, target.default_condition) for key in entities}
        return {key: condition for key, condition in found.items() if condition is not None}

    def conditions_among(self, entities: Collection[Entity]) -> dict[Entity, AutomationCondition]:
        """The conditions of some assets and checks."""
        return {key: condition for key, condition in self.conditions.items() if key in entities}
