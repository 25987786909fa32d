"""The partitions of an asset graph: of each asset, and how they belong together along each edge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from headwater.model.key import AssetKey
from headwater.model.partition_spec import PartitionsSpec
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_inference import infer_partition_mapping
from headwater.planning.partition_mapping import IdentityPartitionMapping, PartitionMapping, UpstreamChoice
from headwater.planning.partition_mapping_spec import build_partition_mapping
from headwater.planning.partition_mapping_time import TimeWindowPartitionMapping
from headwater.planning.partition_spec import build_partitions_def


class PartitionEdge(NamedTuple):
    """How the partitions of an asset belong to those of an asset above it (itself, where it needs its own earlier ones).

    ``downstream_def`` is None for an asset without partitions, which needs some of the partitions above it.
    """

    downstream: AssetKey
    upstream: AssetKey
    downstream_def: PartitionsDefinition | None
    upstream_def: PartitionsDefinition
    mapping: PartitionMapping

    @property
    def is_identity(self) -> bool:
        """Whether each partition needs the one of the same key, and all of those are there."""
        mapping = self.mapping
        if self.downstream_def != self.upstream_def:
            return False
        return isinstance(mapping, IdentityPartitionMapping) or mapping == TimeWindowPartitionMapping()

    @property
    def offsets(self) -> tuple[int, int] | None:
        """Where each partition needs those from so many places before it to so many behind it, of the same definition; None
        where it is not so simple."""
        mapping = self.mapping
        if self.is_identity:
            return (0, 0)
        if self.downstream_def != self.upstream_def or type(mapping) is not TimeWindowPartitionMapping:
            return None
        return (mapping.start_offset, mapping.end_offset)

    @property
    def is_same_for_all(self) -> bool:
        """Whether every partition needs the same upstream partitions."""
        return isinstance(self.mapping, UpstreamChoice) or self.downstream_def is None

    def needed(self, keys: Iterable[str] | None) -> Sequence[str]:
        """The upstream partitions that exist and some downstream ones need (None: of an asset without partitions)."""
        if self.is_identity:
            return list(keys or ())
        own = self.downstream_def
        subset = own.subset_with_partition_keys(keys or ()) if own is not None else None
        found = self.mapping.get_upstream_mapped_partitions_result_for_partitions(
            subset, own, self.upstream_def
        )
        return found.partitions_subset.get_partition_keys()

    def needing(self, keys: Iterable[str]) -> Sequence[str]:
        """The downstream partitions that need some upstream ones; none for an asset without partitions."""
        if self.downstream_def is None:
            return []
        if self.is_identity:
            return list(keys)
        subset = self.upstream_def.subset_with_partition_keys(keys)
        found = self.mapping.get_downstream_partitions_for_partitions(
            subset, self.upstream_def, self.downstream_def
        )
        return found.get_partition_keys()


class PartitionGraph:
    """The partitions of the assets in ``graph``, made of the manifest's specs; each is built when it is asked for.

    Ask within :func:`partition_loading_context`, which says the moment and knows the dynamic partitions.

    >>> PartitionGraph(graph).edge(AssetKey("report"), AssetKey("orders")).needed(["2024-05-01"])  # doctest: +SKIP
    ['2024-05-01']
    """

    def __init__(self, graph: AssetGraph) -> None:
        self.graph = graph
        self._by_spec: dict[PartitionsSpec, PartitionsDefinition] = {}
        self._definitions: dict[AssetKey, PartitionsDefinition | None] = {}
        self._edges: dict[tuple[AssetKey, AssetKey], PartitionEdge | None] = {}

    def definition(self, key: AssetKey) -> PartitionsDefinition | None:
        """The partitions of an asset; None for an asset without partitions, and for one that is not there.

        Raises :class:`PartitionsNotKnownError` for those that only the user's code can list.
        """
        if key not in self._definitions:
            node = self.graph.nodes.get(key)
            spec = node.partitions if node is not None else None
            self._definitions[key] = None if spec is None else self.of_spec(spec)
        return self._definitions[key]

    def of_spec(self, spec: PartitionsSpec) -> PartitionsDefinition:
        """The partitions of a spec; equal specs share them."""
        known = self._by_spec.get(spec)
        if known is None:
            known = self._by_spec[spec] = build_partitions_def(spec)
        return known

    def edge(self, downstream: AssetKey, upstream: AssetKey) -> PartitionEdge | None:
        """How the partitions of two neighbours belong together; None where the upper one has none.

        Raises :class:`PartitionsNotKnownError` where only the user's code can tell.
        """
        place = (downstream, upstream)
        if place not in self._edges:
            self._edges[place] = self._build_edge(downstream, upstream)
        return self._edges[place]

    def _build_edge(self, downstream: AssetKey, upstream: AssetKey) -> PartitionEdge | None:
        above = self.definition(upstream)
        if above is None:
            return None
        own = self.definition(downstream)
        declared = next(
            (each.mapping for each in self.graph.nodes[downstream].deps if each.key == upstream), None
        )
        given = build_partition_mapping(declared) if declared is not None else None
        return PartitionEdge(downstream, upstream, own, above, infer_partition_mapping(given, own, above))
