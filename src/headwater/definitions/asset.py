"""The decorator ``@asset``: an asset made by one function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, overload

from headwater.definitions.asset_input import build_asset_inputs
from headwater.definitions.asset_spec import (
    DEFAULT_GROUP,
    AssetCheckSpec,
    AssetDep,
    AssetSpec,
    build_deps,
    check_group_name,
)
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.dagster_type import Nothing
from headwater.definitions.op import Computable, OpDefinition, output_annotation
from headwater.definitions.output import Out
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import (
    AssetKey,
    CoercibleToAssetKey,
    CoercibleToAssetKeyPrefix,
    key_prefix_parts,
)
from headwater.model.retry import RetryPolicy


@overload
def asset(compute_fn: Callable[..., Any], /) -> AssetsDefinition: ...


@overload
def asset(
    *,
    name: str | None = ...,
    key_prefix: CoercibleToAssetKeyPrefix | None = ...,
    ins: Mapping[str, Any] | None = ...,
    deps: Iterable[Any] | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    tags: Mapping[str, str] | None = ...,
    description: str | None = ...,
    config_schema: Any = ...,
    required_resource_keys: AbstractSet[str] | None = ...,
    resource_defs: Mapping[str, Any] | None = ...,
    hooks: AbstractSet[Any] | None = ...,
    io_manager_def: Any = ...,
    io_manager_key: Any = ...,
    dagster_type: Any = ...,
    partitions_def: Any = ...,
    op_tags: Mapping[str, Any] | None = ...,
    group_name: str | None = ...,
    output_required: bool = ...,
    automation_condition: Any = ...,
    freshness_policy: Any = ...,
    backfill_policy: Any = ...,
    retry_policy: RetryPolicy | None = ...,
    code_version: str | None = ...,
    key: CoercibleToAssetKey | None = ...,
    check_specs: Sequence[AssetCheckSpec] | None = ...,
    owners: Sequence[str] | None = ...,
    kinds: AbstractSet[str] | None = ...,
    pool: str | None = ...,
    is_virtual: bool = ...,
    compute_kind: str | None = ...,
    non_argument_deps: Any = ...,
    auto_materialize_policy: Any = ...,
    legacy_freshness_policy: Any = ...,
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...


def asset(
    compute_fn: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    ins: Mapping[str, Any] | None = None,
    deps: Iterable[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    hooks: AbstractSet[Any] | None = None,
    io_manager_def: Any = None,
    io_manager_key: Any = None,
    dagster_type: Any = None,
    partitions_def: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    group_name: str | None = None,
    output_required: bool = True,
    automation_condition: Any = None,
    freshness_policy: Any = None,
    backfill_policy: Any = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    key: CoercibleToAssetKey | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    owners: Sequence[str] | None = None,
    kinds: AbstractSet[str] | None = None,
    pool: str | None = None,
    is_virtual: bool = False,
    compute_kind: str | None = None,
    non_argument_deps: Any = None,
    auto_materialize_policy: Any = None,
    legacy_freshness_policy: Any = None,
) -> Any:
    """Make an asset of a function. Its parameters are the assets that it needs; what it returns is stored.

    ``deps`` names assets that are needed but not loaded. ``io_manager_key`` names the resource that stores the value.

    >>> @asset
    ... def numbers():
    ...     return [1, 2, 3]
    >>> @asset
    ... def total(numbers):
    ...     return sum(numbers)
    """
    if io_manager_def is not None and io_manager_key is not None:
        raise DagsterInvalidDefinitionError("An asset takes io_manager_key or io_manager_def, not both.")

    def decorate(function: Callable[..., Any]) -> AssetsDefinition:
        asset_key = _asset_key(function, name, key_prefix, key)
        what = f'Asset "{asset_key.to_user_string()}"'
        computable = Computable(function)
        inputs, input_keys, mappings = build_asset_inputs(computable, ins, what)
        if asset_key in input_keys.values() and partitions_def is None:
            raise DagsterInvalidDefinitionError(
                f"{what} takes its own value as an input. Only a partitioned asset can depend on itself."
            )
        manager_key, bound = _bind_io_manager(asset_key, io_manager_key, io_manager_def, resource_defs)
        all_deps = build_deps([*(deps or ()), *(non_argument_deps or ())])
        for dep in all_deps:
            if dep.asset_key in input_keys.values():
                raise DagsterInvalidDefinitionError(
                    f'{what} names "{dep.asset_key.to_user_string()}" both as a parameter and in deps. Keep one of them.'
                )
            if dep.partition_mapping is not None:
                mappings[dep.asset_key] = dep.partition_mapping
        annotation = (
            dagster_type if dagster_type is not None else output_annotation(computable.signature.returns)
        )
        out = Out(
            Nothing if annotation is type(None) else annotation,
            is_required=output_required,
            io_manager_key=manager_key,
            metadata=metadata,
            code_version=code_version,
        )
        text = description or inspect.getdoc(function)
        all_kinds = {*(kinds or ()), *([compute_kind] if compute_kind else ())}
        spec = AssetSpec(
            asset_key,
            deps=[*(AssetDep(each) for each in dict.fromkeys(input_keys.values())), *all_deps],
            description=text,
            metadata=metadata,
            skippable=not output_required,
            group_name=check_group_name(group_name) or DEFAULT_GROUP,
            code_version=code_version,
            freshness_policy=freshness_policy or legacy_freshness_policy,
            automation_condition=automation_condition,
            auto_materialize_policy=auto_materialize_policy,
            owners=owners,
            tags=tags,
            kinds=all_kinds,
            partitions_def=partitions_def,
            is_virtual=is_virtual,
        )
        checks = {each.get_python_identifier(): each for each in check_specs or ()}
        for each in checks.values():
            if each.asset_key != asset_key:
                raise DagsterInvalidDefinitionError(
                    f'{what} declares the check "{each.name}" of another asset, "{each.asset_key.to_user_string()}".'
                )
        outs = {"result": out, **{label: Out(Nothing) for label in checks}}
        op_def = OpDefinition(
            computable,
            name=asset_key.to_python_identifier(),
            ins=inputs,
            outs=outs,
            description=text,
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=op_tags,
            retry_policy=retry_policy,
            code_version=code_version,
            pool=pool,
        )
        return AssetsDefinition(
            keys_by_input_name=input_keys,
            keys_by_output_name={"result": asset_key},
            node_def=op_def,
            specs=[spec],
            check_specs_by_output_name=checks,
            resource_defs=bound,
            partitions_def=partitions_def,
            backfill_policy=backfill_policy,
            partition_mappings=mappings,
            hook_defs=hooks or (),
            source=computable.source,
        )

    return decorate(compute_fn) if compute_fn is not None else decorate


def _asset_key(
    function: Callable[..., Any],
    name: str | None,
    key_prefix: CoercibleToAssetKeyPrefix | None,
    key: CoercibleToAssetKey | None,
) -> AssetKey:
    if key is not None:
        if name is not None or key_prefix is not None:
            raise DagsterInvalidDefinitionError("An asset takes key, or name and key_prefix, not both.")
        return AssetKey.from_coercible(key)
    return AssetKey((*key_prefix_parts(key_prefix), name or function.__name__))


def _bind_io_manager(
    key: AssetKey, io_manager_key: Any, io_manager_def: Any, resource_defs: Mapping[str, Any] | None
) -> tuple[str | None, dict[str, Any]]:
    """An I/O manager may be named by its resource key or given in place; in place it becomes a resource of its own."""
    bound = dict(resource_defs or {})
    in_place = io_manager_def if io_manager_def is not None else io_manager_key
    if in_place is None or isinstance(in_place, str):
        return in_place, bound
    label = f"{key.to_python_identifier()}__io_manager"
    bound[label] = in_place
    return label, bound
