"""Checks of assets: functions that look at an asset and say whether it is as it should be."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.asset_input import build_asset_inputs
from headwater.definitions.asset_spec import AssetCheckSpec, AssetIn, build_deps
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.dagster_type import Nothing
from headwater.definitions.op import Computable, OpDefinition
from headwater.definitions.output import Out
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.retry import RetryPolicy


class AssetChecksDefinition(AssetsDefinition):
    """One or more checks and the function that evaluates them. Made by :func:`asset_check`."""

    @property
    def check_key(self) -> Any:
        """The key of the check. Raises when there are several."""
        (spec,) = self.check_specs_by_output_name.values()
        return spec.key

    def __repr__(self) -> str:
        return f"AssetChecksDefinition({', '.join(spec.key.to_user_string() for spec in self.check_specs)})"


def asset_check(
    *,
    asset: CoercibleToAssetKey,
    name: str | None = None,
    description: str | None = None,
    blocking: bool = False,
    additional_ins: Mapping[str, Any] | None = None,
    additional_deps: Iterable[Any] | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    config_schema: Any = None,
    compute_kind: str | None = None,
    op_tags: Mapping[str, Any] | None = None,
    retry_policy: RetryPolicy | None = None,
    metadata: Mapping[str, Any] | None = None,
    automation_condition: Any = None,
    pool: str | None = None,
    partitions_def: Any = None,
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Make a check of an asset. The function may take the asset's value, and returns an :class:`AssetCheckResult`.

    With ``blocking``, a failure of severity ERROR keeps everything downstream of the asset from running.

    >>> @asset_check(asset="flights")
    ... def has_rows(flights):
    ...     return AssetCheckResult(passed=len(flights) > 0)
    """

    def decorate(function: Callable[..., Any]) -> AssetChecksDefinition:
        key = AssetKey.from_coercible(asset)
        label = name or function.__name__
        computable = Computable(function)
        extra = {each: AssetIn.from_coercible(value) for each, value in (additional_ins or {}).items()}
        own = [param.name for param in computable.input_params if param.name not in extra]
        if len(own) > 1:
            raise DagsterInvalidDefinitionError(
                f'The check "{label}" has the parameters {", ".join(own)}: one may take the value of '
                f'"{key.to_user_string()}", the others need additional_ins.'
            )
        ins = {**extra, **{each: AssetIn(key=key) for each in own}}
        inputs, input_keys, mappings = build_asset_inputs(computable, ins, f'Check "{label}"')
        deps = build_deps(additional_deps)
        if any(dep.asset_key == key for dep in deps):
            raise DagsterInvalidDefinitionError(
                f'The check "{label}" names its own asset in additional_deps; it depends on it anyway.'
            )
        spec = AssetCheckSpec(
            label,
            asset=key,
            description=description or inspect.getdoc(function),
            additional_deps=[*deps, *(each for each in input_keys.values() if each != key)],
            blocking=blocking,
            metadata=metadata,
            automation_condition=automation_condition,
            partitions_def=partitions_def,
        )
        output = spec.get_python_identifier()
        op_def = OpDefinition(
            computable,
            name=output,
            ins=inputs,
            outs={output: Out(Nothing)},
            description=spec.description,
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=op_tags,
            retry_policy=retry_policy,
            pool=pool,
        )
        return AssetChecksDefinition(
            keys_by_input_name=input_keys,
            node_def=op_def,
            check_specs_by_output_name={output: spec},
            resource_defs=resource_defs,
            partitions_def=partitions_def,
            partition_mappings=mappings,
            source=computable.source,
        )

    return decorate


def multi_asset_check(
    *,
    specs: Sequence[AssetCheckSpec],
    name: str | None = None,
    description: str | None = None,
    can_subset: bool = False,
    compute_kind: str | None = None,
    op_tags: Mapping[str, Any] | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    retry_policy: RetryPolicy | None = None,
    config_schema: Any = None,
    ins: Mapping[str, Any] | None = None,
    pool: str | None = None,
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Evaluate several checks in one function, which yields an :class:`AssetCheckResult` for each."""

    def decorate(function: Callable[..., Any]) -> AssetChecksDefinition:
        label = name or function.__name__
        computable = Computable(function)
        inputs, input_keys, mappings = build_asset_inputs(computable, ins, f'Checks "{label}"')
        outputs = {spec.get_python_identifier(): spec for spec in specs}
        op_def = OpDefinition(
            computable,
            name=label,
            ins=inputs,
            outs={each: Out(Nothing, is_required=not can_subset) for each in outputs},
            description=description or inspect.getdoc(function),
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=op_tags,
            retry_policy=retry_policy,
            pool=pool,
        )
        return AssetChecksDefinition(
            keys_by_input_name=input_keys,
            node_def=op_def,
            check_specs_by_output_name=outputs,
            can_subset=can_subset,
            resource_defs=resource_defs,
            partition_mappings=mappings,
            source=computable.source,
        )

    return decorate
