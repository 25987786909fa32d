"""Assets that are made elsewhere: loaded through an I/O manager, or observed by a function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, overload

from headwater.definitions.asset import AssetsDefinition
from headwater.definitions.asset_spec import IO_MANAGER_KEY, AssetCheckSpec, AssetSpec, check_group_name
from headwater.definitions.dagster_type import Nothing
from headwater.definitions.op import Computable, OpDefinition
from headwater.definitions.output import Out
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey, CoercibleToAssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts


class SourceAsset:
    """An asset that nothing here makes. Others can load it, through the I/O manager that it names.

    >>> SourceAsset("exchange_rates", io_manager_key="warehouse").key
    AssetKey(['exchange_rates'])
    """

    def __init__(
        self,
        key: CoercibleToAssetKey,
        metadata: Mapping[str, Any] | None = None,
        io_manager_key: str | None = None,
        io_manager_def: Any = None,
        description: str | None = None,
        partitions_def: Any = None,
        group_name: str | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        observe_fn: Callable[..., Any] | None = None,
        op_tags: Mapping[str, Any] | None = None,
        auto_observe_interval_minutes: float | None = None,
        freshness_policy: Any = None,
        tags: Mapping[str, str] | None = None,
        kinds: Iterable[str] | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        automation_condition: Any = None,
        op_name: str | None = None,
    ) -> None:
        self.key = AssetKey.from_coercible(key)
        self.raw_metadata: Mapping[str, Any] = metadata or {}
        self.resource_defs: dict[str, Any] = dict(resource_defs or {})
        if io_manager_def is not None:
            label = io_manager_key or f"{self.key.to_python_identifier()}__io_manager"
            self.resource_defs[label] = io_manager_def
            io_manager_key = label
        self.io_manager_key = io_manager_key
        self.io_manager_def = io_manager_def
        self.description = description
        self.partitions_def = partitions_def
        self.group_name = check_group_name(group_name) or "default"
        self.observe_fn = observe_fn
        self.op_tags = op_tags
        self.auto_observe_interval_minutes = auto_observe_interval_minutes
        self.freshness_policy = freshness_policy
        self.tags: Mapping[str, str] = tags or {}
        self._kinds = kinds
        self._required = frozenset(required_resource_keys or ())
        self.automation_condition = automation_condition

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The metadata of the asset, as metadata values."""
        from headwater.model.metadata import build_metadata

        return build_metadata(self.raw_metadata)

    @property
    def is_observable(self) -> bool:
        """Whether there is a function that observes it."""
        return self.observe_fn is not None

    def get_io_manager_key(self) -> str:
        """The resource key of the I/O manager that loads it."""
        return self.io_manager_key or "io_manager"

    @property
    def required_resource_keys(self) -> AbstractSet[str]:
        """The resources which its observation needs."""
        return self._required

    def with_attributes(self, key: AssetKey | None = None, group_name: str | None = None) -> SourceAsset:
        """The same asset under another key or in another group."""
        return SourceAsset(
            key or self.key,
            metadata=self.raw_metadata,
            io_manager_key=self.io_manager_key,
            description=self.description,
            partitions_def=self.partitions_def,
            group_name=group_name or (self.group_name if self.group_name != "default" else None),
            resource_defs=self.resource_defs,
            observe_fn=self.observe_fn,
            op_tags=self.op_tags,
            tags=self.tags,
            kinds=self._kinds,
            required_resource_keys=self._required,
        )

    def with_resources(self, resource_defs: Mapping[str, Any]) -> SourceAsset:
        """The same asset with resources bound to it."""
        changed = self.with_attributes()
        changed.resource_defs = {**self.resource_defs, **resource_defs}
        return changed

    def to_spec(self) -> AssetSpec:
        """The spec of the asset."""
        metadata = dict(self.raw_metadata)
        if self.io_manager_key:
            metadata[IO_MANAGER_KEY] = self.io_manager_key
        return AssetSpec(
            self.key,
            description=self.description,
            metadata=metadata,
            group_name=self.group_name if self.group_name != "default" else None,
            tags=self.tags,
            kinds=self._kinds,
            partitions_def=self.partitions_def,
            freshness_policy=self.freshness_policy,
            automation_condition=self.automation_condition,
        )

    def to_assets_definition(self) -> AssetsDefinition:
        """The same asset as every other asset is represented."""
        spec = self.to_spec()
        if self.observe_fn is None:
            return AssetsDefinition(
                specs=[spec],
                resource_defs=self.resource_defs,
                partitions_def=self.partitions_def,
                resolves_names=False,
            )
        return observation_of([spec], self.observe_fn, self.op_tags, self._required, self.resource_defs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.observe_fn is None:
            raise DagsterInvalidDefinitionError(f'"{self.key.to_user_string()}" has no function to call.')
        return self.to_assets_definition()(*args, **kwargs)

    def __repr__(self) -> str:
        return f"SourceAsset({self.key.to_user_string()!r})"


def observation_of(
    specs: Sequence[AssetSpec],
    function: Callable[..., Any],
    op_tags: Mapping[str, Any] | None,
    required_resource_keys: Iterable[str],
    resource_defs: Mapping[str, Any] | None,
    *,
    name: str | None = None,
    check_specs: Sequence[AssetCheckSpec] = (),
    can_subset: bool = False,
) -> AssetsDefinition:
    """Assets that ``function`` observes."""
    computable = Computable(function)
    single = len(specs) == 1 and name is None
    labels = (
        {"result": specs[0].key} if single else {spec.key.to_python_identifier(): spec.key for spec in specs}
    )
    checks = {each.get_python_identifier(): each for each in check_specs}
    op_def = OpDefinition(
        computable,
        name=name or specs[0].key.to_python_identifier(),
        ins={},
        outs={
            **{label: Out(is_required=single) for label in labels},
            **{label: Out(Nothing, is_required=False) for label in checks},
        },
        description=inspect.getdoc(function),
        required_resource_keys=required_resource_keys,
        tags=op_tags,
    )
    return AssetsDefinition(
        keys_by_output_name=labels,
        node_def=op_def,
        specs=specs,
        check_specs_by_output_name=checks,
        resource_defs=resource_defs,
        partitions_def=specs[0].partitions_def if specs else None,
        is_observation=True,
        can_subset=can_subset,
        source=computable.source,
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
        return observation_of(
            named,
            function,
            None,
            required_resource_keys or (),
            resource_defs,
            name=name or function.__name__,
            check_specs=check_specs or (),
            can_subset=can_subset,
        )

    return decorate


def external_assets_from_specs(specs: Sequence[AssetSpec]) -> list[AssetsDefinition]:
    """Each spec as an asset that is made elsewhere."""
    return [AssetsDefinition(specs=[spec]) for spec in specs]
