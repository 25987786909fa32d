"""What a backfill does, before anything runs: its layers of assets, and the parts of each, one for each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from headwater.model.backfill import BackfillLayer, BackfillPart, BackfillRequest
from headwater.model.errors import DagsterInvalidSubsetError, PartitionsNotKnownError
from headwater.model.key import AssetKey
from headwater.model.manifest import AssetNode, JobNode
from headwater.planning.backfill_target import PartitionRecord, Target, TargetFinder, choose_keys, narrow_keys
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_graph import PartitionGraph
from headwater.planning.partition_range import build_spans


class BackfillPlan(NamedTuple):
    """The layers and the parts of a backfill, those that are needed before those that need them."""

    layers: list[BackfillLayer]
    parts: list[BackfillPart]

    @property
    def partitions(self) -> int:
        """How many partitions of assets are made (an asset without partitions counts as one)."""
        return sum(max(each.partitions, each.parts) * max(1, len(each.assets)) for each in self.layers)


def build_backfill_plan(
    graph: PartitionGraph, request: BackfillRequest, records: Mapping[AssetKey, PartitionRecord]
) -> BackfillPlan:
    """The plan for the assets of ``request``; ``records`` is how they stand.

    Assets with the same partitions, of which each partition needs the one of the same key, are made in the same run.

    Raises :class:`DagsterInvalidSubsetError` for assets that no run makes and where nothing has partitions, and
    :class:`DagsterUnknownPartitionError` for keys that are not there.
    """
    fixed = [key for key in request.assets if not graph.graph.nodes[key].is_executable]
    if fixed:
        names = ", ".join(key.to_user_string() for key in fixed)
        raise DagsterInvalidSubsetError(f"No run makes {names}: made elsewhere. Leave them out.")
    target = TargetFinder(graph, request, records).find()
    layers = _Layers(graph, target)
    planned: list[BackfillLayer] = []
    parts: list[BackfillPart] = []
    for assets in layers.assets:
        definition = graph.definition(assets[0])
        keys = target[assets[0]]
        own = _build_parts(len(planned), len(parts), definition, keys, _most(graph.graph.nodes[assets[0]]))
        parts += own
        planned.append(
            BackfillLayer(
                assets=assets,
                parts=len(own),
                partitions=len(keys) if keys is not None else 0,
                after=layers.after(assets),
            )
        )
    return BackfillPlan(planned, parts)


def build_job_plan(
    graph: PartitionGraph,
    job: JobNode,
    request: BackfillRequest,
    records: Mapping[AssetKey, PartitionRecord],
    finished: PartitionRecord,
) -> BackfillPlan:
    """The plan for a job: one run for each partition of a job that has partitions itself, else that of its assets.

    ``finished`` is how the runs of the job's partitions ended. Raises as :func:`build_backfill_plan`, and for a job that
    has no partitions.
    """
    if job.partitions is None:
        if job.graph is not None:
            raise DagsterInvalidSubsetError(
                f'The job "{job.name}" has no partitions, so there is nothing to fill. Give it partitioned config, or '
                f"run it once: headwater job execute -j {job.name}."
            )
        asked = msgspec.structs.replace(request, assets=job.assets)
        return build_backfill_plan(graph, asked, records)
    definition = graph.of_spec(job.partitions)
    keys = narrow_keys(choose_keys(definition, request), request.choice, finished)
    layer = BackfillLayer(assets=job.assets, parts=len(keys), partitions=len(keys))
    return BackfillPlan([layer], _build_parts(0, 0, definition, keys, 1))


def _most(node: AssetNode) -> int | None:
    """How many partitions one run makes; None: all."""
    return 1 if node.backfill_policy is None else node.backfill_policy.max_partitions_per_run


def _build_parts(
    layer: int,
    first: int,
    definition: PartitionsDefinition | None,
    keys: Sequence[str] | None,
    most: int | None,
) -> list[BackfillPart]:
    if definition is None or keys is None:
        return [BackfillPart(number=first, layer=layer)]
    if most == 1:  # they are in order
        return [
            BackfillPart(number=number, layer=layer, start=key, end=key, count=1)
            for number, key in enumerate(keys, first)
        ]
    return [
        BackfillPart(number=number, layer=layer, start=span.range.start, end=span.range.end, count=span.size)
        for number, span in enumerate(build_spans(definition, keys, most), first)
    ]


class _Layers:
    """Which of the assets are made together. An asset joins those above it where all of them are made in the same runs, so
    that no circle can come of it; the outputs of one function are never parted."""

    def __init__(self, graph: PartitionGraph, target: Target) -> None:
        self._graph = graph
        self._target = target
        self.assets: list[list[AssetKey]] = []
        self._layer_of: dict[AssetKey, int] = {}
        self._chained: set[int] = set()
        self._by_computation: dict[str | None, list[AssetKey]] = {}
        for key in target:
            self._by_computation.setdefault(graph.graph.nodes[key].computation, []).append(key)
        for key in graph.graph.order:
            if key in target and key not in self._layer_of:
                self._place(self._siblings(key))

    def _siblings(self, key: AssetKey) -> list[AssetKey]:
        """The assets that the same function makes, with the same partitions, unless something between them needs some and
        is needed by others."""
        graph = self._graph.graph
        node = graph.nodes[key]
        siblings = [
            each
            for each in self._by_computation[node.computation]
            if graph.nodes[each].partitions == node.partitions and each not in self._layer_of
        ]
        if len(siblings) == 1:
            return siblings
        own = set(siblings)
        between = (graph.downstream(own) & graph.upstream(own)) - own
        if not between:
            return siblings
        return [each for each in siblings if each == key or not graph.upstream([each]) & between]

    def _place(self, keys: list[AssetKey]) -> None:
        layers = {self._layer_of.get(parent) for parent in self._parents(keys)}
        joined = layers.pop() if len(layers) == 1 else None
        chained = any(self._needs_itself(key) for key in keys)
        if joined is None or chained or joined in self._chained or not self._fits(keys, joined):
            joined = len(self.assets)
            self.assets.append([])
        self.assets[joined] += keys
        if chained:
            self._chained.add(joined)
        for key in keys:
            self._layer_of[key] = joined

    def _parents(self, keys: Sequence[AssetKey]) -> list[AssetKey]:
        own = set(keys)
        parents = self._graph.graph.parents
        return [each for key in keys for each in parents[key] if each in self._target and each not in own]

    def _fits(self, keys: Sequence[AssetKey], layer: int) -> bool:
        nodes, first = self._graph.graph.nodes, self.assets[layer][0]
        return all(
            nodes[key].partitions == nodes[first].partitions
            and nodes[key].backfill_policy == nodes[first].backfill_policy
            and self._target[key] == self._target[first]
            and all(
                self._is_identity(key, parent)
                for parent in self._graph.graph.parents[key]
                if self._layer_of.get(parent) == layer
            )
            for key in keys
        )

    def _needs_itself(self, key: AssetKey) -> bool:
        return any(dep.key == key for dep in self._graph.graph.nodes[key].deps)

    def _is_identity(self, key: AssetKey, parent: AssetKey) -> bool:
        if not self._graph.graph.nodes[key].is_partitioned:
            return True
        try:
            edge = self._graph.edge(key, parent)
        except PartitionsNotKnownError:
            return False
        return edge is not None and edge.is_identity

    def after(self, assets: Sequence[AssetKey]) -> list[int]:
        """The layers that some assets need; their own, where partitions need others of the same asset."""
        own = self._layer_of[assets[0]]
        found = {self._layer_of[each] for each in self._parents(assets)} - {own}
        return sorted(found | ({own} & self._chained))
