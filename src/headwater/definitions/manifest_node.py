"""Definitions as the values of the manifest: what of an asset, a check or a resource leaves the process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from headwater.definitions.asset_partition import partitions_def_of
from headwater.definitions.asset_spec import AssetCheckSpec, AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.model.key import AssetKey
from headwater.model.manifest import (
    AssetDepSpec,
    AssetNode,
    CheckNode,
    Computation,
    ResourceNode,
    SourceLocation,
)
from headwater.model.metadata import DagsterInvalidMetadata, build_metadata_value
from headwater.model.nothing import NO_ENTRIES, NO_ITEMS
from headwater.model.partition_spec import PartitionMappingSpec
from headwater.planning.freshness_policy import resolve_freshness
from headwater.planning.partition_mapping import PartitionMapping
from headwater.planning.partition_mapping_spec import build_mapping_spec
from headwater.planning.partition_spec import build_partitions_spec


def build_asset_node(
    definition: AssetsDefinition,
    spec: AssetSpec,
    computation: str | None,
    output: str,
    inputs: Mapping[AssetKey, str],
) -> AssetNode:
    """An asset; ``computation`` names what makes it, None where nothing here does."""
    kind = (
        "external" if computation is None else "observable" if definition.is_observation else "materializable"
    )
    partitions = partitions_def_of(definition, spec.key)
    return AssetNode(
        key=spec.key,
        computation=computation,
        output=output,
        deps=[
            AssetDepSpec(key=key, input=inputs.get(key), mapping=_mapping_spec(definition, key, declared))
            for key, declared in {dep.asset_key: dep.partition_mapping for dep in spec.deps}.items()
        ],
        kind=kind,
        group_name=spec.group_name or "default",
        description=spec.description,
        tags=cast("dict[str, str]", spec.tags),
        metadata=_known_metadata(spec.metadata) if spec.metadata else cast("dict[str, Any]", NO_ENTRIES),
        owners=cast("list[str]", spec.owners),
        kinds=sorted(spec.kinds) if spec.tags else cast("list[str]", NO_ITEMS),
        code_version=spec.code_version,
        io_manager_key=definition.io_manager_key_of(spec.key),
        required=not spec.skippable,
        is_partitioned=partitions is not None,
        partitions=build_partitions_spec(partitions) if partitions is not None else None,
        backfill_policy=definition.backfill_policy,
        is_virtual=spec.is_virtual,
        freshness=resolve_freshness(spec.freshness_policy, spec.key.to_user_string()),
        source=definition.source,
    )


def _mapping_spec(
    definition: AssetsDefinition, key: AssetKey, declared: PartitionMapping | None
) -> PartitionMappingSpec | None:
    """How partitions of an asset belong to those of the asset ``key`` above it, where somebody has said so."""
    mapping = definition.partition_mappings.get(key) or declared
    return build_mapping_spec(mapping) if mapping is not None else None


def _known_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Declared metadata as values; what is no metadata value (an object for an I/O manager) is told by its text."""
    values: dict[str, Any] = {}
    for label, value in metadata.items():
        try:
            values[label] = build_metadata_value(value, label)
        except DagsterInvalidMetadata:
            values[label] = build_metadata_value(repr(value), label)
    return values


def build_check_node(
    spec: AssetCheckSpec, computation: str, output: str, source: SourceLocation | None
) -> CheckNode:
    """A check; ``computation`` names what evaluates it."""
    return CheckNode(
        key=spec.key,
        computation=computation,
        output=output,
        blocking=spec.blocking,
        description=spec.description,
        deps=[AssetDepSpec(key=dep.asset_key) for dep in spec.additional_deps],
        source=source,
    )


def build_computation(name: str, definition: AssetsDefinition) -> Computation:
    """What makes the assets of a definition, or evaluates its checks."""
    chosen = definition.selected
    return Computation(
        name=name,
        node=definition.node_def.spec(),
        assets=[
            (output, key)
            for output, key in definition.keys_by_output_name.items()
            if chosen is None or key in chosen
        ],
        checks=[(output, spec.key) for output, spec in definition.check_specs_by_output_name.items()],
        inputs=list(definition.keys_by_input_name.items()),
        can_subset=definition.can_subset,
        is_observation=definition.is_observation,
    )


def build_resource_node(key: str, resource: Any) -> ResourceNode:
    """A resource, without its values."""
    made_by = getattr(resource, "resource_fn", None)
    return ResourceNode(
        key=key,
        type_name=getattr(made_by, "__name__", None) or type(resource).__name__,
        description=getattr(resource, "description", None),
    )
