"""Which partition mapping holds between two assets when nobody says so."""

from __future__ import annotations

from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_mapping import (
    AllPartitionMapping,
    IdentityPartitionMapping,
    PartitionMapping,
)
from headwater.planning.partition_mapping_multi import (
    MultiToSingleDimensionPartitionMapping,
    dimension_mapping,
    dimensions_like,
)
from headwater.planning.partition_multi import MultiPartitionsDefinition


def infer_partition_mapping(
    given: PartitionMapping | None,
    downstream: PartitionsDefinition | None,
    upstream: PartitionsDefinition | None,
) -> PartitionMapping:
    """The mapping that is given; else the one that fits.

    An asset without partitions needs all upstream ones. Partitions of time belong together by time, one dimension among
    several by that dimension, everything else by key.
    """
    if given is not None:
        return given
    if downstream is None or upstream is None:
        return AllPartitionMapping()
    several = [each for each in (upstream, downstream) if isinstance(each, MultiPartitionsDefinition)]
    if len(several) == 1:
        one = downstream if several[0] is upstream else upstream
        if len(dimensions_like(several[0], one)) == 1:
            return MultiToSingleDimensionPartitionMapping()
        return IdentityPartitionMapping()
    return dimension_mapping(upstream, downstream)
