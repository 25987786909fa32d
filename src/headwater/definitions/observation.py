"""Functions that observe assets which are made elsewhere."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, overload

from headwater.definitions.asset_spec import AssetCheckSpec, AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.dagster_type import Nothing
from headwater.definitions.op import Computable
from headwater.definitions.output import Out
from headwater.definitions.source_asset import SourceAsset, build_observation_op
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey, CoercibleToAssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts


def assets_of_source(source: SourceAsset) -> AssetsDefinition:
    """A source asset as every other asset is represented."""
    spec = source.to_spec()
    if source.observe_fn is None:
        return AssetsDefinition(
            specs=[spec],
            resource_defs=source.resource_defs,
            partitions_def=source.partitions_def,
            resolves_names=False,
        )
    op_def = source.observation_op()
    return AssetsDefinition(
        keys_by_output_name={"result": source.key},
        node_def=op_def,
        specs=[spec],
        resource_defs=source.resource_defs,
        partitions_def=source.partitions_def,
        is_observation=True,
        source=op_def.computable.source,
    )


@overload
def observable_source_asset(observe_fn: Callable[..., Any]) -> SourceAsset: ...


@overload
def observable_source_asset(
    *,
    key: CoercibleToAssetKey | None = ...,
    name: str | None = ...,
    key_prefix: CoercibleToAssetKeyPrefix | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    io_manager_key: str | None = ...,
    io_manager_def: Any = ...,
    description: str | None = ...,
    group_name: str | None = ...,
    required_resource_keys: AbstractSet[str] | None = ...,
    resource_defs: Mapping[str, Any] | None = ...,
    partitions_def: Any = ...,
    auto_observe_interval_minutes: float | None = ...,
    freshness_policy: Any = ...,
    automation_condition: Any = ...,
    op_tags: Mapping[str, Any] | None = ...,
    tags: Mapping[str, str] | None = ...,
    kinds: Iterable[str] | None = ...,
    legacy_freshness_policy: Any = ...,
) -> Callable[[Callable[..., Any]], SourceAsset]: ...


def observable_source_asset(
    observe_fn: Callable[..., Any] | None = None,
    *,
    key: CoercibleToAssetKey | None = None,
    name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    metadata: Mapping[str, Any] | None = None,
    io_manager_key: str | None = None,
    io_manager_def: Any = None,
    description: str | None = None,
    group_name: str | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    partitions_def: Any = None,
    auto_observe_interval_minutes: float | None = None,
    freshness_policy: Any = None,
    automation_condition: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    kinds: Iterable[str] | None = None,
    legacy_freshness_policy: Any = None,
) -> Any:
    """Declare an asset that is made elsewhere and observed by a function, which returns its data version.

    >>> @observable_source_asset
    ... def inbox():
    ...     return DataVersion("2013-01-01")
    """

    def decorate(function: Callable[..., Any]) -> SourceAsset:
        if key is not None and (name is not None or key_prefix is not None):
            raise DagsterInvalidDefinitionError(
                "An observable_source_asset takes key, or name and key_prefix."
            )
        return SourceAsset(
            AssetKey.from_coercible(key)
            if key is not None
            else AssetKey((*key_prefix_parts(key_prefix), name or function.__name__)),
            metadata=metadata,
            io_manager_key=io_manager_key,
            io_manager_def=io_manager_def,
            description=description or inspect.getdoc(function),
            partitions_def=partitions_def,
            group_name=group_name,
            resource_defs=resource_defs,
            observe_fn=function,
            op_tags=op_tags,
            auto_observe_interval_minutes=auto_observe_interval_minutes,
            freshness_policy=freshness_policy or legacy_freshness_policy,
            tags=tags,
            kinds=kinds,
            required_resource_keys=required_resource_keys,
            automation_condition=automation_condition,
        )

    return decorate(observe_fn) if observe_fn is not None else decorate


def multi_observable_source_asset(
    *,
    specs: Sequence[AssetSpec],
    name: str | None = None,
    description: str | None = None,
    partitions_def: Any = None,
    can_subset: bool = False,
    required_resource_keys: AbstractSet[str] | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    group_name: str | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare several assets that are made elsewhere and observed by one function, which yields ObserveResults."""

    def decorate(function: Callable[..., Any]) -> AssetsDefinition:
        named = [spec.replace_attributes(group_name=spec.group_name or group_name) for spec in specs]
        checks = {each.get_python_identifier(): each for each in check_specs or ()}
        labels = {spec.key.to_python_identifier(): spec.key for spec in named}
        computable = Computable(function)
        op_def = build_observation_op(
            name or function.__name__,
            computable,
            {
                **{label: Out(is_required=False) for label in labels},
                **{label: Out(Nothing, is_required=False) for label in checks},
            },
            required_resource_keys=required_resource_keys or (),
        )
        return AssetsDefinition(
            keys_by_output_name=labels,
            node_def=op_def,
            specs=named,
            check_specs_by_output_name=checks,
            resource_defs=resource_defs,
            partitions_def=partitions_def or (named[0].partitions_def if named else None),
            is_observation=True,
            can_subset=can_subset,
            source=computable.source,
        )

    return decorate


def external_assets_from_specs(specs: Sequence[AssetSpec]) -> list[AssetsDefinition]:
    """Each spec as an asset that is made elsewhere."""
    return [AssetsDefinition(specs=[spec]) for spec in specs]
