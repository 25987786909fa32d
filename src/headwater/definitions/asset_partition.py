"""How an asset is partitioned, and how its partitions belong to those of an asset above it."""

from __future__ import annotations

from headwater.definitions.assets_definition import AssetsDefinition
from headwater.model.key import AssetKey
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_inference import infer_partition_mapping
from headwater.planning.partition_mapping import PartitionMapping


def partitions_def_of(definition: AssetsDefinition | None, key: AssetKey) -> PartitionsDefinition | None:
    """The partitions of an asset of ``definition``; None for an asset without partitions."""
    if definition is None:
        return None
    spec = definition.specs_by_key.get(key)
    own: PartitionsDefinition | None = spec.partitions_def if spec is not None else None
    return own if own is not None else definition.partitions_def


def partition_mapping_of(
    definition: AssetsDefinition | None,
    upstream_key: AssetKey,
    downstream: PartitionsDefinition | None,
    upstream: PartitionsDefinition,
) -> PartitionMapping:
    """How the partitions of assets of ``definition`` belong to those of an upstream asset: as declared, else as fits."""
    declared: PartitionMapping | None = None
    if definition is not None:
        declared = definition.partition_mappings.get(upstream_key)
        for spec in definition.specs_by_key.values():
            for dep in spec.deps:
                if declared is None and dep.asset_key == upstream_key:
                    declared = dep.partition_mapping
    return infer_partition_mapping(declared, downstream, upstream)
