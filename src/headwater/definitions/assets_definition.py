"""Assets: specs with the op or graph that makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.asset_spec import IO_MANAGER_KEY, AssetCheckSpec, AssetDep, AssetSpec
from headwater.definitions.composition import PendingNodeInvocation, current_composition
from headwater.definitions.dagster_type import Nothing
from headwater.definitions.graph import GraphDefinition
from headwater.definitions.input import In
from headwater.definitions.invocation import invoke_directly
from headwater.definitions.op import OpDefinition
from headwater.definitions.source_asset import SourceAsset
from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from headwater.model.key import (
    AssetCheckKey,
    AssetKey,
    CoercibleToAssetKey,
    CoercibleToAssetKeyPrefix,
    key_prefix_parts,
)
from headwater.model.manifest import SourceLocation
from headwater.model.nothing import NO_ENTRIES, NO_MEMBERS


class AssetsDefinition:
    """One or more assets and the op or graph that makes them. Made by :func:`asset`, ``multi_asset``, ``graph_asset``.

    ``specs`` says what each asset is; ``keys_by_input_name`` and ``keys_by_output_name`` tie the op's inputs and
    outputs to assets. Without a ``node_def`` the assets are external: made elsewhere. Without ``specs`` each output is
    an asset that needs all inputs (``asset_deps`` says otherwise), with what the mappings by key say of it.
    """

    __slots__ = (
        "node_def",
        "keys_by_input_name",
        "keys_by_output_name",
        "specs_by_key",
        "check_specs_by_output_name",
        "can_subset",
        "resource_defs",
        "partitions_def",
        "backfill_policy",
        "partition_mappings",
        "selected",
        "is_observation",
        "hook_defs",
        "source",
        "resolves_names",
        "__weakref__",
    )

    def __init__(
        self,
        *,
        keys_by_input_name: Mapping[str, AssetKey] | None = None,
        keys_by_output_name: Mapping[str, AssetKey] | None = None,
        node_def: OpDefinition | GraphDefinition | None = None,
        specs: Sequence[AssetSpec] = (),
        check_specs_by_output_name: Mapping[str, AssetCheckSpec] | None = None,
        can_subset: bool = False,
        resource_defs: Mapping[str, Any] | None = None,
        partitions_def: Any = None,
        backfill_policy: Any = None,
        partition_mappings: Mapping[AssetKey, Any] | None = None,
        input_io_keys: Mapping[str, str] | None = None,
        selected: frozenset[AssetKey] | None = None,
        is_observation: bool = False,
        hook_defs: Iterable[Any] = (),
        source: SourceLocation | None = None,
        resolves_names: bool = True,
        asset_deps: Mapping[AssetKey, AbstractSet[AssetKey]] | None = None,
        group_names_by_key: Mapping[AssetKey, str] | None = None,
        descriptions_by_key: Mapping[AssetKey, str] | None = None,
        metadata_by_key: Mapping[AssetKey, Mapping[str, Any]] | None = None,
        tags_by_key: Mapping[AssetKey, Mapping[str, str]] | None = None,
        owners_by_key: Mapping[AssetKey, Sequence[str]] | None = None,
    ) -> None:
        if not specs and keys_by_output_name:
            upstream = list((keys_by_input_name or {}).values())
            specs = [
                AssetSpec(
                    key,
                    deps=sorted((asset_deps or {}).get(key, upstream)),
                    group_name=(group_names_by_key or {}).get(key),
                    description=(descriptions_by_key or {}).get(key),
                    metadata=(metadata_by_key or {}).get(key),
                    tags=(tags_by_key or {}).get(key),
                    owners=(owners_by_key or {}).get(key),
                    partitions_def=partitions_def,
                )
                for key in keys_by_output_name.values()
            ]
        self.node_def: Any = node_def
        self.keys_by_input_name: Mapping[str, AssetKey] = keys_by_input_name or NO_ENTRIES
        self.keys_by_output_name: Mapping[str, AssetKey] = keys_by_output_name or NO_ENTRIES
        self.specs_by_key: dict[AssetKey, AssetSpec] = {spec.key: spec for spec in specs}
        self.check_specs_by_output_name: Mapping[str, AssetCheckSpec] = (
            check_specs_by_output_name or NO_ENTRIES
        )
        self.can_subset = can_subset
        self.resource_defs: Mapping[str, Any] = resource_defs or NO_ENTRIES
        self.partitions_def = partitions_def
        self.backfill_policy = backfill_policy
        self.partition_mappings: Mapping[AssetKey, Any] = partition_mappings or NO_ENTRIES
        self.selected = selected
        self.is_observation = is_observation
        self.hook_defs = frozenset(hook_defs) or NO_MEMBERS
        self.source = source
        self.resolves_names = resolves_names
        if len(self.specs_by_key) != len(specs):
            keys = [spec.key.to_user_string() for spec in specs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise DagsterInvalidDefinitionError(f'"{self._label}" declares the asset "{twice}" twice.')

    # -- what it makes ------------------------------------------------------------------------------------------

    @property
    def _label(self) -> str:
        return self.node_def.name if self.node_def is not None else "external assets"

    @property
    def specs(self) -> Iterable[AssetSpec]:
        """The specs of the assets, only of the selected ones after a selection."""
        if self.selected is None:
            return list(self.specs_by_key.values())
        return [spec for key, spec in self.specs_by_key.items() if key in self.selected]

    @property
    def keys(self) -> set[AssetKey]:
        """The keys of the assets."""
        return set(self.specs_by_key) if self.selected is None else set(self.selected)

    @property
    def key(self) -> AssetKey:
        """The key of the asset. Raises when there are several."""
        if len(self.specs_by_key) != 1:
            raise DagsterInvariantViolationError(
                f'"{self._label}" makes {len(self.specs_by_key)} assets; use keys.'
            )
        return next(iter(self.specs_by_key))

    asset_key = key
    node_keys_by_output_name = property(lambda self: self.keys_by_output_name)
    node_keys_by_input_name = property(lambda self: self.keys_by_input_name)

    @property
    def op(self) -> OpDefinition:
        """The op that makes the assets. Raises when a graph does."""
        if not isinstance(self.node_def, OpDefinition):
            raise DagsterInvariantViolationError(f'"{self._label}" is not made by an op.')
        return self.node_def

    @property
    def is_executable(self) -> bool:
        """Whether there is a function that makes or observes the assets."""
        return self.node_def is not None

    is_materializable = property(lambda self: self.node_def is not None and not self.is_observation)
    is_external = property(lambda self: self.node_def is None)
    is_observable = property(lambda self: self.is_observation)

    @property
    def dependency_keys(self) -> set[AssetKey]:
        """The assets upstream of any of these."""
        return {dep.asset_key for spec in self.specs_by_key.values() for dep in spec.deps} | set(
            self.keys_by_input_name.values()
        )

    @property
    def asset_deps(self) -> Mapping[AssetKey, set[AssetKey]]:
        """The upstream assets of each asset."""
        return {key: {dep.asset_key for dep in spec.deps} for key, spec in self.specs_by_key.items()}

    @property
    def check_specs(self) -> Iterable[AssetCheckSpec]:
        """The checks which the function reports beside its assets."""
        return list(self.check_specs_by_output_name.values())

    @property
    def check_keys(self) -> set[AssetCheckKey]:
        """The keys of the checks."""
        return {spec.key for spec in self.check_specs}

    @property
    def required_resource_keys(self) -> set[str]:
        """The resources which the function and the I/O managers need."""
        if self.node_def is None:
            return set()
        keys = set(self.node_def.required_resource_keys)
        return keys | {
            out.io_manager_key for out in self.node_def.output_dict.values() if out.annotation is not Nothing
        }

    def get_asset_spec(self, key: AssetKey | None = None) -> AssetSpec:
        """The spec of one of the assets (of the only one, without ``key``)."""
        return self.specs_by_key[key or self.key]

    def _by_key(self, attribute: str) -> dict[AssetKey, Any]:
        return {spec.key: getattr(spec, attribute) for spec in self.specs}

    @property
    def group_names_by_key(self) -> Mapping[AssetKey, str]:
        """The group of each asset."""
        return {key: name or "default" for key, name in self._by_key("group_name").items()}

    @property
    def descriptions_by_key(self) -> Mapping[AssetKey, str]:
        """The description of each asset that has one."""
        return {key: text for key, text in self._by_key("description").items() if text is not None}

    @property
    def metadata_by_key(self) -> Mapping[AssetKey, Mapping[str, Any]]:
        """The metadata of each asset."""
        return self._by_key("metadata")

    @property
    def tags_by_key(self) -> Mapping[AssetKey, Mapping[str, str]]:
        """The tags of each asset."""
        return self._by_key("tags")

    @property
    def owners_by_key(self) -> Mapping[AssetKey, Sequence[str]]:
        """The owners of each asset."""
        return self._by_key("owners")

    @property
    def code_versions_by_key(self) -> Mapping[AssetKey, str | None]:
        """The code version of each asset."""
        return self._by_key("code_version")

    @property
    def automation_conditions_by_key(self) -> Mapping[AssetKey, Any]:
        """The automation condition of each asset that has one."""
        return {key: each for key, each in self._by_key("automation_condition").items() if each is not None}

    @property
    def auto_materialize_policies_by_key(self) -> Mapping[AssetKey, Any]:
        """The auto-materialise policy of each asset that has one."""
        return {
            key: each for key, each in self._by_key("auto_materialize_policy").items() if each is not None
        }

    @property
    def freshness_policies_by_key(self) -> Mapping[AssetKey, Any]:
        """The freshness policy of each asset that has one."""
        return {key: each for key, each in self._by_key("freshness_policy").items() if each is not None}

    def get_partition_mapping(self, key: AssetKey) -> Any:
        """How the partitions of an upstream asset map to these, if it is declared."""
        return self.partition_mappings.get(key)

    def get_output_name_for_asset_key(self, key: AssetKey) -> str:
        """The output which makes an asset."""
        for name, each in self.keys_by_output_name.items():
            if each == key:
                return name
        raise DagsterInvariantViolationError(f'"{self._label}" does not make "{key.to_user_string()}".')

    def io_manager_key_of(self, key: AssetKey) -> str:
        """The resource key of the I/O manager which stores an asset."""
        named = self.specs_by_key[key].metadata.get(IO_MANAGER_KEY)
        if named is not None or self.node_def is None:
            return str(named or "io_manager")
        return str(self.node_def.output_dict[self.get_output_name_for_asset_key(key)].io_manager_key)

    def get_io_manager_key_for_asset_key(self, key: AssetKey) -> str:
        """The resource key of the I/O manager which stores an asset."""
        return self.io_manager_key_of(key)

    # -- variations ---------------------------------------------------------------------------------------------

    def copy(self, **changes: Any) -> AssetsDefinition:
        """The same definition with some arguments changed."""
        arguments: dict[str, Any] = {
            "keys_by_input_name": self.keys_by_input_name,
            "keys_by_output_name": self.keys_by_output_name,
            "node_def": self.node_def,
            "specs": list(self.specs_by_key.values()),
            "check_specs_by_output_name": self.check_specs_by_output_name,
            "can_subset": self.can_subset,
            "resource_defs": self.resource_defs,
            "partitions_def": self.partitions_def,
            "backfill_policy": self.backfill_policy,
            "partition_mappings": self.partition_mappings,
            "selected": self.selected,
            "is_observation": self.is_observation,
            "hook_defs": self.hook_defs,
            "source": self.source,
            "resolves_names": self.resolves_names,
        }
        return type(self)(**{**arguments, **changes})

    def map_asset_specs(self, fn: Callable[[AssetSpec], AssetSpec]) -> AssetsDefinition:
        """The same definition with every spec replaced by what ``fn`` makes of it; a changed key changes it everywhere."""
        mapped = {key: fn(spec) for key, spec in self.specs_by_key.items()}
        return self._with_specs(mapped)

    def _with_specs(self, mapped: Mapping[AssetKey, AssetSpec]) -> AssetsDefinition:
        renamed = {key: spec.key for key, spec in mapped.items()}
        return self.copy(
            specs=list(mapped.values()),
            keys_by_output_name={
                name: renamed.get(key, key) for name, key in self.keys_by_output_name.items()
            },
            selected=None
            if self.selected is None
            else frozenset(renamed.get(key, key) for key in self.selected),
        )

    def with_keys(self, renamed: Mapping[AssetKey, AssetKey]) -> AssetsDefinition:
        """The same definition with assets (made and depended on) under other keys."""

        def of(key: AssetKey) -> AssetKey:
            return renamed.get(key, key)

        specs = [
            spec.replace_attributes(
                key=of(spec.key),
                deps=[
                    AssetDep(of(dep.asset_key), partition_mapping=dep.partition_mapping) for dep in spec.deps
                ],
            )
            for spec in self.specs_by_key.values()
        ]
        checks = {
            name: AssetCheckSpec(
                spec.name,
                asset=of(spec.asset_key),
                description=spec.description,
                additional_deps=[AssetDep(of(dep.asset_key)) for dep in spec.additional_deps],
                blocking=spec.blocking,
                metadata=spec.metadata,
            )
            for name, spec in self.check_specs_by_output_name.items()
        }
        return self.copy(
            specs=specs,
            keys_by_input_name={name: of(key) for name, key in self.keys_by_input_name.items()},
            keys_by_output_name={name: of(key) for name, key in self.keys_by_output_name.items()},
            check_specs_by_output_name=checks,
            partition_mappings={of(key): mapping for key, mapping in self.partition_mappings.items()},
            selected=None if self.selected is None else frozenset(of(key) for key in self.selected),
        )

    def with_attributes(self, **changes: Any) -> AssetsDefinition:
        """The same definition with group, tags, metadata … set on every asset."""
        return self._with_specs(
            {key: spec.replace_attributes(**changes) for key, spec in self.specs_by_key.items()}
        )

    def with_resources(self, resource_defs: Mapping[str, Any]) -> AssetsDefinition:
        """The same definition with resources bound to it."""
        return self.copy(resource_defs={**self.resource_defs, **resource_defs})

    def with_hooks(self, hook_defs: Iterable[Any]) -> AssetsDefinition:
        """The same definition with hooks."""
        return self.copy(hook_defs=self.hook_defs | frozenset(hook_defs))

    def to_source_assets(self) -> list[SourceAsset]:
        """These assets as assets that are made elsewhere."""
        return [self.to_source_asset(spec.key) for spec in self.specs]

    def to_source_asset(self, key: CoercibleToAssetKey | None = None) -> SourceAsset:
        """One of these assets as an asset that is made elsewhere."""
        spec = self.get_asset_spec(AssetKey.from_coercible(key) if key is not None else None)
        return SourceAsset(
            spec.key,
            metadata=spec.metadata,
            io_manager_key=self.io_manager_key_of(spec.key),
            description=spec.description,
            partitions_def=self.partitions_def,
            group_name=spec.group_name,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        composition = current_composition()
        if composition is not None:
            return PendingNodeInvocation(self.node_def)(*args, **kwargs)
        if isinstance(self.node_def, OpDefinition):
            return invoke_directly(self.node_def, args, kwargs, self)
        raise DagsterInvariantViolationError(
            f'"{self._label}" is made by a graph and cannot be called directly; run it with materialize().'
        )

    def __repr__(self) -> str:
        return f"AssetsDefinition({', '.join(key.to_user_string() for key in self.specs_by_key)})"

    # -- from ops and graphs ------------------------------------------------------------------------------------

    @staticmethod
    def from_op(op_def: OpDefinition, **arguments: Any) -> AssetsDefinition:
        """Assets made by an op: its inputs and outputs name assets, unless keys say otherwise."""
        return _from_node(op_def, **arguments)

    @staticmethod
    def from_graph(graph_def: GraphDefinition, **arguments: Any) -> AssetsDefinition:
        """Assets made by a graph: its inputs and outputs name assets, unless keys say otherwise."""
        return _from_node(graph_def, **arguments)


def _from_node(
    node: OpDefinition | GraphDefinition,
    *,
    keys_by_input_name: Mapping[str, AssetKey] | None = None,
    keys_by_output_name: Mapping[str, AssetKey] | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    internal_asset_deps: Mapping[str, AbstractSet[AssetKey]] | None = None,
    partitions_def: Any = None,
    partition_mappings: Mapping[str, Any] | None = None,
    group_name: str | None = None,
    group_names_by_output_name: Mapping[str, str | None] | None = None,
    descriptions_by_output_name: Mapping[str, str] | None = None,
    metadata_by_output_name: Mapping[str, Mapping[str, Any] | None] | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    can_subset: bool = False,
    backfill_policy: Any = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    owners_by_output_name: Mapping[str, Sequence[str]] | None = None,
    code_versions_by_output_name: Mapping[str, str | None] | None = None,
    tags_by_output_name: Mapping[str, Mapping[str, str] | None] | None = None,
    automation_conditions_by_output_name: Mapping[str, Any] | None = None,
    auto_materialize_policies_by_output_name: Mapping[str, Any] | None = None,
    freshness_policies_by_output_name: Mapping[str, Any] | None = None,
    **_: Any,
) -> AssetsDefinition:
    inputs = {
        name: (keys_by_input_name or {}).get(name)
        or (each.asset_key if isinstance(each, In) and each.asset_key else AssetKey(name))
        for name, each in node.input_dict.items()
    }
    prefix = key_prefix_parts(key_prefix)
    outputs = {}
    for name in node.output_dict:
        key = (keys_by_output_name or {}).get(name) or AssetKey(node.name if name == "result" else name)
        outputs[name] = key.with_prefix(prefix) if prefix else key
    specs = []
    for name, key in outputs.items():
        internal = (internal_asset_deps or {}).get(name)
        out = node.output_dict[name]
        specs.append(
            AssetSpec(
                key,
                deps=sorted(internal) if internal is not None else list(inputs.values()),
                group_name=(group_names_by_output_name or {}).get(name) or group_name,
                description=(descriptions_by_output_name or {}).get(name)
                or out.description
                or node.description,
                metadata=(metadata_by_output_name or {}).get(name) or out.metadata,
                owners=(owners_by_output_name or {}).get(name),
                code_version=(code_versions_by_output_name or {}).get(name) or out.code_version,
                tags=(tags_by_output_name or {}).get(name),
                automation_condition=(automation_conditions_by_output_name or {}).get(name),
                auto_materialize_policy=(auto_materialize_policies_by_output_name or {}).get(name),
                freshness_policy=(freshness_policies_by_output_name or {}).get(name),
                skippable=not out.is_required,
                partitions_def=partitions_def,
            )
        )
    mappings = {inputs[name]: mapping for name, mapping in (partition_mappings or {}).items()}
    return AssetsDefinition(
        keys_by_input_name=inputs,
        keys_by_output_name=outputs,
        node_def=node,
        specs=specs,
        can_subset=can_subset,
        resource_defs=resource_defs,
        partitions_def=partitions_def,
        backfill_policy=backfill_policy,
        partition_mappings=mappings,
        source=node.source,
    )
