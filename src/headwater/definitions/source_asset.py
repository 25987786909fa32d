"""An asset that is made elsewhere: loaded through an I/O manager, or observed by a function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.asset_spec import IO_MANAGER_KEY, AssetSpec, check_group_name
from headwater.definitions.op import Computable, OpDefinition
from headwater.definitions.output import Out
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.metadata import build_metadata


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

    def observation_op(self) -> OpDefinition:
        """The op that observes it. Raises when there is no function for it."""
        if self.observe_fn is None:
            raise DagsterInvalidDefinitionError(f'"{self.key.to_user_string()}" has no function to call.')
        return build_observation_op(
            self.key.to_python_identifier(),
            Computable(self.observe_fn),
            {"result": Out()},
            required_resource_keys=self._required,
            tags=self.op_tags,
        )

    op = property(observation_op)
    node_def = property(lambda self: self.observation_op() if self.is_observable else None)
    is_executable = property(lambda self: self.is_observable)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.observation_op()(*args, **kwargs)

    def __repr__(self) -> str:
        return f"SourceAsset({self.key.to_user_string()!r})"


def build_observation_op(
    name: str,
    computable: Computable,
    outs: Mapping[str, Out],
    *,
    required_resource_keys: Iterable[str] = (),
    tags: Mapping[str, Any] | None = None,
) -> OpDefinition:
    """The op that observes assets: one output for each."""
    return OpDefinition(
        computable,
        name=name,
        ins={},
        outs=outs,
        description=inspect.getdoc(computable.function),
        required_resource_keys=required_resource_keys,
        tags=tags,
    )
