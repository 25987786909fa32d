"""Partitions of several dimensions: mapped dimension by dimension."""

from __future__ import annotations

import datetime
import itertools
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from headwater.model.errors import CheckError, DagsterInvalidDefinitionError
from headwater.model.partition import MultiPartitionKey
from headwater.planning.partition_context import DynamicPartitionsStore
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_mapping import (
    IdentityPartitionMapping,
    PartitionMapping,
    UpstreamPartitionsResult,
)
from headwater.planning.partition_mapping_time import TimeWindowPartitionMapping
from headwater.planning.partition_multi import MultiPartitionsDefinition
from headwater.planning.partition_subset import PartitionsSubset
from headwater.planning.partition_time_window import TimeWindowPartitionsDefinition


class DimensionPartitionMapping(NamedTuple):
    """A downstream dimension, and how its partitions belong to those of the upstream dimension."""

    dimension_name: str
    partition_mapping: PartitionMapping


class _Pair(NamedTuple):
    """Two dimensions that belong together. The only dimension of a plain definition has no name."""

    upstream: str | None
    downstream: str | None
    mapping: PartitionMapping


class _ByDimension(PartitionMapping):
    """Maps pairs of dimensions; each key of a dimension that is in no pair goes with each of the others."""

    @abstractmethod
    def _pairs(self, upstream: PartitionsDefinition, downstream: PartitionsDefinition) -> Sequence[_Pair]:
        """The dimensions that belong together."""

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: PartitionsDefinition | None,
        upstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """The upstream partitions whose dimensions belong to those of the given."""
        if downstream_partitions_def is None or downstream_partitions_subset is None:
            raise CheckError(f"A {type(self).__name__} needs partitions on both sides.")
        moment = (current_time, dynamic_partitions_store)
        pairs = self._pairs(upstream_partitions_def, downstream_partitions_def)
        found: dict[str, None] = {}
        missing: dict[str, None] = {}
        for key in downstream_partitions_subset:
            known: dict[str | None, Sequence[str]] = {}
            unknown: list[str] = []
            for pair in pairs:
                definition = _dimension(downstream_partitions_def, pair.downstream)
                result = pair.mapping.get_upstream_mapped_partitions_result_for_partitions(
                    definition.subset_with_partition_keys(
                        [_key_of(downstream_partitions_def, key, pair.downstream)]
                    ),
                    definition,
                    _dimension(upstream_partitions_def, pair.upstream),
                    *moment,
                )
                known[pair.upstream] = result.partitions_subset.get_partition_keys()
                unknown += result.required_but_nonexistent_partition_keys
            found |= dict.fromkeys(_combine(upstream_partitions_def, known, moment))
            missing |= dict.fromkeys(unknown)
        return UpstreamPartitionsResult(
            upstream_partitions_def.subset_with_partition_keys(found), list(missing)
        )

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """The downstream partitions whose dimensions belong to those of the given."""
        moment = (current_time, dynamic_partitions_store)
        pairs = self._pairs(upstream_partitions_def, downstream_partitions_def)
        found: dict[str, None] = {}
        for key in upstream_partitions_subset:
            known: dict[str | None, Sequence[str]] = {}
            for pair in pairs:
                definition = _dimension(upstream_partitions_def, pair.upstream)
                known[pair.downstream] = pair.mapping.get_downstream_partitions_for_partitions(
                    definition.subset_with_partition_keys(
                        [_key_of(upstream_partitions_def, key, pair.upstream)]
                    ),
                    definition,
                    _dimension(downstream_partitions_def, pair.downstream),
                    *moment,
                ).get_partition_keys()
            found |= dict.fromkeys(_combine(downstream_partitions_def, known, moment))
        return downstream_partitions_def.subset_with_partition_keys(found)


class MultiPartitionMapping(_ByDimension):
    """Which downstream dimension belongs to an upstream dimension, and how; for as many dimensions as there are.

    >>> MultiPartitionMapping(
    ...     {
    ...         "date": DimensionPartitionMapping("date", TimeWindowPartitionMapping(-1, -1)),
    ...         "region": DimensionPartitionMapping("region", IdentityPartitionMapping()),
    ...     }
    ... )  # doctest: +SKIP
    """

    def __init__(
        self, downstream_mappings_by_upstream_dimension: Mapping[str, DimensionPartitionMapping]
    ) -> None:
        self.downstream_mappings_by_upstream_dimension = dict(downstream_mappings_by_upstream_dimension)

    def _pairs(self, upstream: PartitionsDefinition, downstream: PartitionsDefinition) -> Sequence[_Pair]:
        return [
            _Pair(name, each.dimension_name, each.partition_mapping)
            for name, each in self.downstream_mappings_by_upstream_dimension.items()
        ]

    @property
    def description(self) -> str:
        """What it means, for people."""
        return "; ".join(
            f"{name} by {each.dimension_name}: {each.partition_mapping.description}"
            for name, each in self.downstream_mappings_by_upstream_dimension.items()
        )


class MultiToSingleDimensionPartitionMapping(_ByDimension):
    """One side has several dimensions, the other is like one of them: all partitions with its key belong together.

    ``partition_dimension_name`` says which, where several are alike.
    """

    def __init__(self, partition_dimension_name: str | None = None) -> None:
        self.partition_dimension_name = partition_dimension_name

    def _pairs(self, upstream: PartitionsDefinition, downstream: PartitionsDefinition) -> Sequence[_Pair]:
        if isinstance(upstream, MultiPartitionsDefinition) == isinstance(
            downstream, MultiPartitionsDefinition
        ):
            raise CheckError(
                "A MultiToSingleDimensionPartitionMapping needs several dimensions on exactly one side."
            )
        if isinstance(upstream, MultiPartitionsDefinition):
            name = self._name(upstream, downstream)
            inner = upstream.get_partitions_def_for_dimension(name)
            return [_Pair(name, None, dimension_mapping(inner, downstream))]
        assert isinstance(downstream, MultiPartitionsDefinition)
        name = self._name(downstream, upstream)
        inner = downstream.get_partitions_def_for_dimension(name)
        return [_Pair(None, name, dimension_mapping(upstream, inner))]

    def _name(self, several: MultiPartitionsDefinition, one: PartitionsDefinition) -> str:
        if self.partition_dimension_name is not None:
            return self.partition_dimension_name
        names = dimensions_like(several, one)
        if len(names) != 1:
            raise CheckError(
                f"{len(names)} dimensions of {several.partition_dimension_names} are like {one}. Say which is meant: "
                "MultiToSingleDimensionPartitionMapping(partition_dimension_name=...)."
            )
        return names[0]

    @property
    def description(self) -> str:
        """What it means, for people."""
        return f"All partitions of the same {self.partition_dimension_name or 'dimension'}."


def dimensions_like(several: MultiPartitionsDefinition, one: PartitionsDefinition) -> list[str]:
    """The dimensions which have the partitions of another definition; else those which are of time, as it is."""
    same = [each.name for each in several.partitions_defs if each.partitions_def == one]
    if same or not isinstance(one, TimeWindowPartitionsDefinition):
        return same
    return [
        each.name
        for each in several.partitions_defs
        if isinstance(each.partitions_def, TimeWindowPartitionsDefinition)
    ]


def dimension_mapping(upstream: PartitionsDefinition, downstream: PartitionsDefinition) -> PartitionMapping:
    """How two plain definitions belong together: by time where both are of time, else by key."""
    if isinstance(upstream, TimeWindowPartitionsDefinition) and isinstance(
        downstream, TimeWindowPartitionsDefinition
    ):
        return TimeWindowPartitionMapping()
    return IdentityPartitionMapping()


def _dimension(definition: PartitionsDefinition, name: str | None) -> PartitionsDefinition:
    if name is None:
        return definition
    if not isinstance(definition, MultiPartitionsDefinition):
        raise DagsterInvalidDefinitionError(f'The mapping names the dimension "{name}" of: {definition}')
    return definition.get_partitions_def_for_dimension(name)


def _key_of(definition: PartitionsDefinition, key: str, name: str | None) -> str:
    if name is None:
        return key
    assert isinstance(definition, MultiPartitionsDefinition)
    return definition.get_partition_key_from_str(key).keys_by_dimension[name]


def _combine(
    definition: PartitionsDefinition,
    known: Mapping[str | None, Sequence[str]],
    moment: tuple[datetime.datetime | None, DynamicPartitionsStore | None],
) -> Iterable[str]:
    """The keys of a definition which have one of the known keys in each of the dimensions that are known."""
    if not isinstance(definition, MultiPartitionsDefinition):
        return known[None]
    choices = [
        known[each.name] if each.name in known else each.partitions_def.get_partition_keys(*moment)
        for each in definition.partitions_defs
    ]
    names = definition.partition_dimension_names
    return [MultiPartitionKey(dict(zip(names, each, strict=True))) for each in itertools.product(*choices)]
