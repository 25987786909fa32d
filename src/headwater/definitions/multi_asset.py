"""Multi-assets: one function that makes several assets, all or a selected part of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.asset_input import build_asset_inputs
from headwater.definitions.asset_spec import (
    DEFAULT_GROUP,
    IO_MANAGER_KEY,
    AssetCheckSpec,
    AssetDep,
    AssetOut,
    AssetSpec,
    build_deps,
)
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.dagster_type import Nothing
from headwater.definitions.op import Computable, OpDefinition, infer_outputs
from headwater.definitions.output import Out
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey
from headwater.model.retry import RetryPolicy


def multi_asset(
    *,
    outs: Mapping[str, AssetOut] | None = None,
    name: str | None = None,
    ins: Mapping[str, Any] | None = None,
    deps: Iterable[Any] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    internal_asset_deps: Mapping[str, AbstractSet[AssetKey]] | None = None,
    partitions_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    backfill_policy: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    can_subset: bool = False,
    resource_defs: Mapping[str, Any] | None = None,
    group_name: str | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    specs: Sequence[AssetSpec] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    pool: str | None = None,
    compute_kind: str | None = None,
    non_argument_deps: Any = None,
    allow_arbitrary_check_specs: bool = False,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make several assets with one function: named by ``outs`` (values are stored) or by ``specs`` (they are not).

    With ``can_subset`` the function may be asked for some of them; ``context.selected_output_names`` tells which.

    >>> @multi_asset(outs={"low": AssetOut(), "high": AssetOut()})
    ... def split():
    ...     return 1, 9
    """
    if (outs is None) == (specs is None):
        raise DagsterInvalidDefinitionError("A multi_asset takes outs or specs: exactly one of them.")

    def decorate(function: Callable[..., Any]) -> AssetsDefinition:
        label = name or function.__name__
        what = f'Multi-asset "{label}"'
        computable = Computable(function)
        inputs, input_keys, mappings = build_asset_inputs(computable, ins, what)
        extra = build_deps([*(deps or ()), *(non_argument_deps or ())])
        input_deps = [AssetDep(key) for key in dict.fromkeys(input_keys.values())]
        kinds = {compute_kind} if compute_kind else None
        if outs is not None:
            out_by_name, keys, made = _from_outs(
                outs,
                computable,
                what,
                internal_asset_deps,
                [*input_deps, *extra],
                group_name=group_name,
                code_version=code_version,
                kinds=kinds,
                partitions_def=partitions_def,
            )
        else:
            out_by_name, keys, made = _from_specs(
                specs or (), can_subset, input_deps, extra, group_name, code_version, partitions_def, kinds
            )
        for spec in made:
            for dep in spec.deps:
                if dep.partition_mapping is not None:
                    mappings[dep.asset_key] = dep.partition_mapping
        checks = {each.get_python_identifier(): each for each in check_specs or ()}
        op_def = OpDefinition(
            computable,
            name=label,
            ins=inputs,
            outs={**out_by_name, **{each: Out(Nothing, is_required=not can_subset) for each in checks}},
            description=description or inspect.getdoc(function),
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=op_tags,
            retry_policy=retry_policy,
            code_version=code_version,
            pool=pool,
        )
        return AssetsDefinition(
            keys_by_input_name=input_keys,
            keys_by_output_name=keys,
            node_def=op_def,
            specs=made,
            check_specs_by_output_name=checks,
            can_subset=can_subset,
            resource_defs=resource_defs,
            partitions_def=partitions_def or (made[0].partitions_def if made else None),
            backfill_policy=backfill_policy,
            partition_mappings=mappings,
            hook_defs=hooks or (),
            source=computable.source,
        )

    return decorate


def _from_outs(
    outs: Mapping[str, AssetOut],
    computable: Computable,
    what: str,
    internal_deps: Mapping[str, AbstractSet[AssetKey]] | None,
    deps: list[AssetDep],
    **shared: Any,
) -> tuple[dict[str, Out], dict[str, AssetKey], list[AssetSpec]]:
    for label in internal_deps or {}:
        if label not in outs:
            raise DagsterInvalidDefinitionError(
                f'{what}: internal_asset_deps names "{label}", which is not an output.'
            )
    if any(isinstance(each, AssetSpec) for each in outs.values()):
        raise DagsterInvalidDefinitionError(
            f"{what}: outs takes AssetOut values; give AssetSpecs as specs=[...]."
        )
    op_outs = infer_outputs(computable, {label: each.out for label, each in outs.items()}, what)
    keys = {label: each.key_for(label) for label, each in outs.items()}
    specs = [
        each.to_spec(
            label,
            deps=sorted(internal_deps[label]) if internal_deps and label in internal_deps else deps,
            **{**shared, "group_name": shared["group_name"] or DEFAULT_GROUP},
        )
        for label, each in outs.items()
    ]
    return op_outs, keys, specs


def _from_specs(
    specs: Sequence[AssetSpec],
    can_subset: bool,
    input_deps: list[AssetDep],
    extra: list[AssetDep],
    group_name: str | None,
    code_version: str | None,
    partitions_def: Any,
    kinds: set[str] | None,
) -> tuple[dict[str, Out], dict[str, AssetKey], list[AssetSpec]]:
    outs: dict[str, Out] = {}
    keys: dict[str, AssetKey] = {}
    made: list[AssetSpec] = []
    for spec in specs:
        if not isinstance(spec, AssetSpec):
            raise DagsterInvalidDefinitionError(
                f"specs takes AssetSpecs; {spec!r} is a {type(spec).__name__}."
            )
        label = spec.key.to_python_identifier()
        outs[label] = Out(
            Nothing,
            is_required=not (spec.skippable or can_subset),
            io_manager_key=spec.metadata.get(IO_MANAGER_KEY),
            description=spec.description,
            metadata=spec.metadata,
            code_version=spec.code_version,
        )
        keys[label] = spec.key
        changes: dict[str, Any] = {
            "deps": [*spec.deps, *(d for d in (*input_deps, *extra) if d not in spec.deps)]
        }
        if spec.group_name is None:
            changes["group_name"] = group_name or DEFAULT_GROUP
        if spec.code_version is None and code_version is not None:
            changes["code_version"] = code_version
        if spec.partitions_def is None and partitions_def is not None:
            changes["partitions_def"] = partitions_def
        changed = spec.replace_attributes(**changes)
        made.append(changed.merge_attributes(kinds=kinds) if kinds else changed)
    return outs, keys, made
