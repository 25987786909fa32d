"""From partition mappings to the specs of the manifest, and back, where the user's code is not loaded."""

from __future__ import annotations

from headwater.model.errors import PartitionsNotKnownError
from headwater.model.partition_spec import (
    AllMappingSpec,
    DimensionMappingSpec,
    IdentityMappingSpec,
    LastMappingSpec,
    MultiMappingSpec,
    MultiToSingleMappingSpec,
    OpaqueMappingSpec,
    PartitionMappingSpec,
    PlainMappingSpec,
    SpecificMappingSpec,
    StaticMappingSpec,
    TimeWindowMappingSpec,
)
from headwater.planning.partition_mapping import (
    AllPartitionMapping,
    IdentityPartitionMapping,
    LastPartitionMapping,
    PartitionMapping,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
)
from headwater.planning.partition_mapping_multi import (
    DimensionPartitionMapping,
    MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping,
)
from headwater.planning.partition_mapping_time import TimeWindowPartitionMapping


def build_mapping_spec(mapping: PartitionMapping) -> PartitionMappingSpec:
    """What of a mapping leaves the process; of a class of the user's, only its text."""
    if type(mapping) is MultiPartitionMapping:
        given = mapping.downstream_mappings_by_upstream_dimension
        return MultiMappingSpec(
            dimensions=tuple(
                DimensionMappingSpec(
                    upstream=name, downstream=each.dimension_name, mapping=_plain(each.partition_mapping)
                )
                for name, each in given.items()
            )
        )
    return _plain(mapping)


_OWN = frozenset(
    {
        AllPartitionMapping,
        LastPartitionMapping,
        IdentityPartitionMapping,
        SpecificPartitionsPartitionMapping,
        StaticPartitionMapping,
        TimeWindowPartitionMapping,
        MultiToSingleDimensionPartitionMapping,
    }
)


def _plain(mapping: PartitionMapping) -> PlainMappingSpec:
    if type(mapping) not in _OWN:  # a class of the user's, below one of these, may map otherwise
        return OpaqueMappingSpec(text=repr(mapping))
    match mapping:
        case LastPartitionMapping():
            return LastMappingSpec()
        case IdentityPartitionMapping():
            return IdentityMappingSpec()
        case SpecificPartitionsPartitionMapping(partition_keys=keys):
            return SpecificMappingSpec(keys=tuple(keys))
        case StaticPartitionMapping():
            return StaticMappingSpec(
                downstream_keys=tuple((up, tuple(down)) for up, down in mapping.listed().items())
            )
        case TimeWindowPartitionMapping():
            return TimeWindowMappingSpec(
                start_offset=mapping.start_offset,
                end_offset=mapping.end_offset,
                allow_nonexistent=mapping.allow_nonexistent_upstream_partitions,
            )
        case MultiToSingleDimensionPartitionMapping(partition_dimension_name=name):
            return MultiToSingleMappingSpec(dimension=name)
    return AllMappingSpec()


def build_partition_mapping(spec: PartitionMappingSpec) -> PartitionMapping:
    """The mapping that a spec was made of. Raises :class:`PartitionsNotKnownError` for an opaque one."""
    match spec:
        case AllMappingSpec():
            return AllPartitionMapping()
        case LastMappingSpec():
            return LastPartitionMapping()
        case IdentityMappingSpec():
            return IdentityPartitionMapping()
        case SpecificMappingSpec(keys=keys):
            return SpecificPartitionsPartitionMapping(keys)
        case StaticMappingSpec(downstream_keys=listed):
            return StaticPartitionMapping({up: list(down) for up, down in listed})
        case TimeWindowMappingSpec():
            return TimeWindowPartitionMapping(spec.start_offset, spec.end_offset, spec.allow_nonexistent)
        case MultiToSingleMappingSpec(dimension=dimension):
            return MultiToSingleDimensionPartitionMapping(dimension)
        case MultiMappingSpec(dimensions=dimensions):
            return MultiPartitionMapping(
                {
                    each.upstream: DimensionPartitionMapping(
                        each.downstream, build_partition_mapping(each.mapping)
                    )
                    for each in dimensions
                }
            )
        case OpaqueMappingSpec(text=text):
            raise PartitionsNotKnownError(f"Only the user's code can apply the partition mapping {text}.")
