"""Graph assets: assets that a graph of ops makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, overload

from headwater.definitions.asset_spec import AssetCheckSpec, AssetIn, AssetOut, AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.graph_body import build_graph_from_function
from headwater.definitions.output import GraphOut, Out
from headwater.definitions.signature import read_signature
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey, CoercibleToAssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts


@overload
def graph_asset(compose_fn: Callable[..., Any]) -> AssetsDefinition: ...


@overload
def graph_asset(
    *,
    name: str | None = ...,
    description: str | None = ...,
    ins: Mapping[str, Any] | None = ...,
    config: Any = ...,
    key_prefix: CoercibleToAssetKeyPrefix | None = ...,
    group_name: str | None = ...,
    partitions_def: Any = ...,
    hooks: AbstractSet[Any] | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    tags: Mapping[str, str] | None = ...,
    owners: Sequence[str] | None = ...,
    kinds: Iterable[str] | None = ...,
    automation_condition: Any = ...,
    freshness_policy: Any = ...,
    backfill_policy: Any = ...,
    resource_defs: Mapping[str, Any] | None = ...,
    check_specs: Sequence[AssetCheckSpec] | None = ...,
    code_version: str | None = ...,
    key: CoercibleToAssetKey | None = ...,
    auto_materialize_policy: Any = ...,
    legacy_freshness_policy: Any = ...,
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...


def graph_asset(
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, Any] | None = None,
    config: Any = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    group_name: str | None = None,
    partitions_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    owners: Sequence[str] | None = None,
    kinds: Iterable[str] | None = None,
    automation_condition: Any = None,
    freshness_policy: Any = None,
    backfill_policy: Any = None,
    resource_defs: Mapping[str, Any] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    code_version: str | None = None,
    key: CoercibleToAssetKey | None = None,
    auto_materialize_policy: Any = None,
    legacy_freshness_policy: Any = None,
) -> Any:
    """Make an asset with a graph of ops: the output that the graph returns is its value.

    >>> @graph_asset
    ... def report():
    ...     return summarise(fetch())
    """

    def decorate(function: Callable[..., Any]) -> AssetsDefinition:
        if key is not None and (name is not None or key_prefix is not None):
            raise DagsterInvalidDefinitionError("A graph_asset takes key, or name and key_prefix, not both.")
        asset_key = (
            AssetKey.from_coercible(key)
            if key is not None
            else AssetKey((*key_prefix_parts(key_prefix), name or function.__name__))
        )
        out = AssetOut(
            key=asset_key,
            description=description,
            metadata=metadata,
            group_name=group_name,
            code_version=code_version,
            freshness_policy=freshness_policy or legacy_freshness_policy,
            automation_condition=automation_condition,
            auto_materialize_policy=auto_materialize_policy,
            owners=owners,
            tags=tags,
            kinds=kinds,
        )
        return build_graph_assets(
            function,
            name=asset_key.to_python_identifier(),
            outs={"result": out},
            ins=ins,
            partitions_def=partitions_def,
            hooks=hooks,
            backfill_policy=backfill_policy,
            group_name=group_name,
            can_subset=False,
            resource_defs=resource_defs,
            check_specs=check_specs,
            config=config,
            description=description,
            single=True,
        )

    return decorate(compose_fn) if compose_fn is not None else decorate


def build_graph_assets(
    function: Callable[..., Any],
    *,
    name: str,
    outs: Mapping[str, AssetOut],
    ins: Mapping[str, Any] | None,
    partitions_def: Any,
    hooks: AbstractSet[Any] | None,
    backfill_policy: Any,
    group_name: str | None,
    can_subset: bool,
    resource_defs: Mapping[str, Any] | None,
    check_specs: Sequence[AssetCheckSpec] | None,
    config: Any,
    description: str | None = None,
    single: bool = False,
) -> AssetsDefinition:
    """The assets that the graph which ``function`` describes makes."""
    given = {label: AssetIn.from_coercible(each) for label, each in (ins or {}).items()}
    keys: dict[str, AssetKey] = {}
    for param in read_signature(function).params:
        each = given.get(param.name)
        if each is not None and each.key is not None:
            keys[param.name] = each.key
        else:
            prefix = each.key_prefix if each is not None and each.key_prefix else ()
            keys[param.name] = AssetKey((*prefix, param.name))
    checks = {each.get_python_identifier(): each for each in check_specs or ()}
    declared = {**{label: GraphOut() for label in outs}, **{label: GraphOut() for label in checks}}
    graph_def = build_graph_from_function(
        function,
        name=name,
        description=description,
        out=None if single and not checks else declared,
        config=config,
    )
    if single and len(graph_def.outs) != 1 + len(checks):
        raise DagsterInvalidDefinitionError(
            f'The graph asset "{name}" must return exactly one output of a node; it returns {len(graph_def.outs)}.'
        )
    for label, declared_out in outs.items():
        if declared_out.io_manager_key is not None:
            inner = graph_def.outs[label]
            graph_def.outs[label] = Out(
                inner.annotation,
                inner.description,
                inner.is_required,
                declared_out.io_manager_key,
                inner.metadata,
            )
    specs: list[AssetSpec] = [
        each.to_spec(
            label,
            deps=list(dict.fromkeys(keys.values())),
            group_name=group_name,
            partitions_def=partitions_def,
            description=graph_def.description,
        )
        for label, each in outs.items()
    ]
    return AssetsDefinition(
        keys_by_input_name=keys,
        keys_by_output_name={label: each.key_for(label) for label, each in outs.items()},
        node_def=graph_def,
        specs=specs,
        check_specs_by_output_name=checks,
        can_subset=can_subset,
        resource_defs=resource_defs,
        partitions_def=partitions_def,
        backfill_policy=backfill_policy,
        partition_mappings={
            keys[label]: each.partition_mapping
            for label, each in given.items()
            if each.partition_mapping is not None
        },
        hook_defs=hooks or (),
        source=graph_def.source,
    )


def graph_multi_asset(
    *,
    outs: Mapping[str, AssetOut],
    name: str | None = None,
    ins: Mapping[str, Any] | None = None,
    partitions_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    backfill_policy: Any = None,
    group_name: str | None = None,
    can_subset: bool = False,
    resource_defs: Mapping[str, Any] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    config: Any = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make several assets with one graph of ops: the outputs that the graph returns, by name."""
    return lambda function: build_graph_assets(
        function,
        name=name or function.__name__,
        outs=outs,
        ins=ins,
        partitions_def=partitions_def,
        hooks=hooks,
        backfill_policy=backfill_policy,
        group_name=group_name,
        can_subset=can_subset,
        resource_defs=resource_defs,
        check_specs=check_specs,
        config=config,
    )
