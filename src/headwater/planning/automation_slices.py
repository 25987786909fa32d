"""The slices (partitions, or the whole) of assets and checks, and how those of neighbours belong together."""

from __future__ import annotations

import datetime

from headwater.model.automation_evaluation import NOTHING, WHOLE, Entity, Slices
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.partition import TimeWindow
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_graph import PartitionGraph
from headwater.planning.partition_mapping import IdentityPartitionMapping
from headwater.planning.partition_mapping_time import TimeWindowPartitionMapping
from headwater.planning.partition_multi import MultiPartitionsDefinition
from headwater.planning.partition_time_window import TimeWindowPartitionsDefinition


class AutomationSlices:
    """Slices over the partitions of a graph. It is used within one evaluation: what it has counted stays."""

    def __init__(self, graph: AssetGraph, partitions: PartitionGraph) -> None:
        self._graph = graph
        self._partitions = partitions
        self._all: dict[PartitionsDefinition, Slices] = {}

    def _definition(self, entity: Entity) -> PartitionsDefinition | None:
        return None if isinstance(entity, AssetCheckKey) else self._partitions.definition(entity)

    def all(self, entity: Entity) -> Slices:
        """All slices of an asset or check."""
        definition = self._definition(entity)
        if definition is None:
            return WHOLE
        if definition not in self._all:
            self._all[definition] = frozenset(map(str, definition.get_partition_keys()))
        return self._all[definition]

    def latest(self, entity: Entity, lookback_seconds: float | None, now: float) -> Slices:
        """The newest slices of time, by ``lookback_seconds``; all of what is not partitioned by time."""
        definition = self._definition(entity)
        if isinstance(definition, TimeWindowPartitionsDefinition):
            return frozenset(_latest_keys(definition, lookback_seconds))
        if isinstance(definition, MultiPartitionsDefinition):
            for each in definition.partitions_defs:
                if isinstance(each.partitions_def, TimeWindowPartitionsDefinition):
                    newest = set(_latest_keys(each.partitions_def, lookback_seconds))
                    return frozenset(
                        str(key)
                        for key in definition.get_partition_keys()
                        if key.keys_by_dimension[each.name] in newest
                    )
        return self.all(entity)

    def map(self, one: Entity, other: Entity, slices: Slices) -> Slices:
        """The slices of ``other`` that belong to those of ``one``, whichever of them needs the other."""
        if not slices:
            return NOTHING
        if self._definition(other) is None:
            return WHOLE
        if isinstance(one, AssetCheckKey) or isinstance(other, AssetCheckKey):
            return self.all(other)
        if other in self._graph.parents.get(one, ()) or one == other:
            edge = self._partitions.edge(one, other)
            assert edge is not None  # the other one has partitions
            keys = None if edge.downstream_def is None else _keys(slices)
            return frozenset(map(str, edge.needed(keys)))
        if one in self._graph.parents.get(other, ()) and self._definition(one) is not None:
            edge = self._partitions.edge(other, one)
            assert edge is not None
            return frozenset(map(str, edge.needing(_keys(slices))))
        if self._definition(one) == self._definition(other):
            return slices
        return self.all(other)

    def in_one_run(self, child: Entity, parent: Entity) -> bool:
        """Whether one run can make slices of both: with the same partitions, each by its own key."""
        if isinstance(child, AssetCheckKey) or isinstance(parent, AssetCheckKey):
            return True
        nodes = self._graph.nodes
        if not all(key in nodes and nodes[key].is_materializable for key in (child, parent)):
            return False
        own, above = self._definition(child), self._definition(parent)
        if above is None or own is None or own != above:
            return above is None and own is None
        return parent not in self._graph.parents.get(child, ()) or self._is_by_key(child, parent)

    def _is_by_key(self, child: AssetKey, parent: AssetKey) -> bool:
        edge = self._partitions.edge(child, parent)
        mapping = edge.mapping if edge is not None else None
        if isinstance(mapping, TimeWindowPartitionMapping):
            return mapping.start_offset == 0 and mapping.end_offset == 0
        return isinstance(mapping, IdentityPartitionMapping)


def _keys(slices: Slices) -> list[str]:
    return [each for each in slices if each is not None]


def _latest_keys(definition: TimeWindowPartitionsDefinition, lookback_seconds: float | None) -> list[str]:
    newest = definition.get_last_partition_key()
    if newest is None or lookback_seconds is None:
        return [] if newest is None else [newest]
    end = definition.time_window_for_partition_key(newest).end
    within = TimeWindow(end - datetime.timedelta(seconds=lookback_seconds), end)
    keys = [*definition.get_partition_keys_in_time_window(within), newest]
    return [key for key in keys if definition.has_partition_key(key)]
