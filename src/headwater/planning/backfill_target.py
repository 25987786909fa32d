"""Which partitions of which assets a backfill is to make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from headwater.model.backfill import BackfillRequest, PartitionChoice
from headwater.model.errors import DagsterInvalidSubsetError
from headwater.model.key import AssetKey
from headwater.model.partition import PartitionKeyRange
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_graph import PartitionGraph
from headwater.planning.partition_range import in_order


class PartitionRecord(NamedTuple):
    """What is known of the partitions of an asset: which were made, and of which the newest attempt failed."""

    materialized: Collection[str] = ()
    failed: Collection[str] = ()
    is_made: bool = False


Target = Mapping[AssetKey, Sequence[str] | None]
"""The keys of each asset, in order; None for an asset without partitions."""


def choose_keys(definition: PartitionsDefinition, request: BackfillRequest) -> list[str]:
    """The keys which a request names, in order. Raises :class:`DagsterUnknownPartitionError` for one that is not there."""
    if request.partition_keys is not None:
        for key in request.partition_keys:
            definition.validate_partition_key(key)
        return in_order(definition, dict.fromkeys(request.partition_keys))
    if request.partition_range is not None:
        for key in request.partition_range:
            definition.validate_partition_key(key)
        return list(definition.get_partition_keys_in_range(PartitionKeyRange(*request.partition_range)))
    return list(definition.get_partition_keys())


def narrow_keys(keys: Iterable[str], choice: PartitionChoice, record: PartitionRecord) -> list[str]:
    """Those of the keys which a choice takes."""
    if choice is PartitionChoice.MISSING:
        made = frozenset(record.materialized)
        return [key for key in keys if key not in made]
    if choice is PartitionChoice.FAILED:
        failed = frozenset(record.failed)
        return [key for key in keys if key in failed]
    return list(keys)


class TargetFinder:
    """Finds out what ``request`` means for each of its assets, which ``records`` tells the state of."""

    def __init__(
        self, graph: PartitionGraph, request: BackfillRequest, records: Mapping[AssetKey, PartitionRecord]
    ) -> None:
        self._graph = graph
        self._request = request
        self._records = records
        self._named: list[PartitionsDefinition] = []
        self._target: dict[AssetKey, list[str] | None] = {}

    def find(self) -> Target:
        """The keys of each asset.

        Assets at the top of the selection, and all with the same partitions as they, have the named keys; of an asset below
        with other partitions those are made that need them. A partition below a failed one counts as failed, too.

        Raises :class:`DagsterInvalidSubsetError` where nothing in the selection has partitions, and
        :class:`DagsterUnknownPartitionError`.
        """
        assets = set(self._request.assets)
        order = [key for key in self._graph.graph.order if key in assets]
        if not any(self._graph.graph.nodes[key].is_partitioned for key in order):
            raise DagsterInvalidSubsetError(
                "Nothing that is selected has partitions, so there is nothing to fill. "
                "`headwater asset materialize` makes assets without partitions."
            )
        for key in order:
            definition = self._graph.definition(key)
            parents = [each for each in self._graph.graph.parents[key] if each in self._target]
            self._target[key] = self._find_keys(key, definition, parents) if definition is not None else None
        kept = {key: keys for key, keys in self._target.items() if keys is None or keys}
        return self._without_idle(kept)

    def _find_keys(
        self, key: AssetKey, definition: PartitionsDefinition, parents: Sequence[AssetKey]
    ) -> list[str]:
        record = self._records.get(key, PartitionRecord())
        choice = self._request.choice
        below = self._below(key, parents) if self._is_mapped(definition, parents) else None
        if below is None:
            self._named.append(definition)
            keys = choose_keys(definition, self._request)
        else:
            keys = below
        if choice is not PartitionChoice.FAILED:
            return narrow_keys(keys, choice, record)
        wanted = {*narrow_keys(keys, choice, record), *self._below(key, parents)}
        return in_order(definition, wanted)

    def _is_mapped(self, definition: PartitionsDefinition, parents: Sequence[AssetKey]) -> bool:
        """Whether the keys of an asset follow from those above it."""
        request = self._request
        if request.partition_keys is None and request.partition_range is None:
            return False
        return definition not in self._named and any(self._target[each] is not None for each in parents)

    def _below(self, key: AssetKey, parents: Sequence[AssetKey]) -> list[str]:
        """The partitions of an asset that need those which are made above it."""
        found: dict[str, None] = {}
        for parent in parents:
            above = self._target[parent]
            edge = self._graph.edge(key, parent)
            if above and edge is not None:
                found |= dict.fromkeys(edge.needing(above))
        definition = self._graph.definition(key)
        assert definition is not None
        return in_order(definition, found)

    def _without_idle(self, target: dict[AssetKey, list[str] | None]) -> Target:
        """Without the assets that have no partitions, are there, and have nothing to do above them."""
        for key in [key for key, keys in target.items() if keys is None]:
            above = self._graph.graph.upstream([key]) - {key}
            record = self._records.get(key, PartitionRecord())
            idle = self._request.choice is not PartitionChoice.ALL and record.is_made
            if idle and not any(each in target for each in above):
                del target[key]
        return target
