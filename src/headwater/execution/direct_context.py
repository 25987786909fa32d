"""Contexts for calling an op, asset or check directly in a test: no run, no step, no I/O manager."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from headwater.definitions.resource_set import ResourceSet, refuse_teardown
from headwater.definitions.runner import get_runner
from headwater.execution.context import (
    AssetCheckExecutionContext,
    AssetExecutionContext,
    OpExecutionContext,
)
from headwater.execution.run_partitions import RunPartitions
from headwater.execution.step_partitions import StepPartitions
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvalidPropertyError,
    DagsterInvariantViolationError,
)
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.partition import (
    PARTITION_TAG,
    RANGE_END_TAG,
    RANGE_START_TAG,
    PartitionKeyRange,
    TimeWindow,
)
from headwater.model.run import DagsterRun

if TYPE_CHECKING:
    from headwater.definitions.assets_definition import AssetsDefinition
    from headwater.execution.step_scope import StepScope


class DirectContext(OpExecutionContext):
    """A context for calling an op or asset directly in a test.

    What only a run or a step has raises :class:`DagsterInvalidPropertyError`.
    """

    def __init__(
        self,
        resources: Mapping[str, Any] | None = None,
        config: Any = None,
        instance: Any = None,
        partition_key: str | None = None,
        mapping_key: str | None = None,
        run_tags: Mapping[str, str] | None = None,
        resources_config: Mapping[str, Any] | None = None,
        partition_key_range: PartitionKeyRange | None = None,
    ) -> None:
        self._set = ResourceSet(resources or {}, resources_config, instance=instance)
        self._entered = False
        self.given_config = config
        self._instance = instance
        if partition_key is not None and partition_key_range is not None:
            raise DagsterInvalidInvocationError(
                "A context has a partition_key or a partition_key_range, not both."
            )
        self._partition_key = partition_key
        self._partition_key_range = partition_key_range
        self._mapping_key = mapping_key
        self._run_tags: dict[str, str] = dict(run_tags or {})
        self._bound: Any = None
        self._assets_def: AssetsDefinition | None = None
        self._bound_config: Any = None
        self._metadata: dict[tuple[str, str | None], dict[str, Any]] = {}
        self._events: list[Any] = []
        self._log: Any = None

    def bind(
        self,
        definition: Any,
        resources: Mapping[str, Any],
        config: Any,
        assets_def: AssetsDefinition | None = None,
    ) -> DirectContext:
        """Take the place of the context of ``definition`` for one call; ``assets_def`` says which assets it makes."""
        given = {*self._set.definitions, *resources}
        missing = [key for key in sorted(definition.required_resource_keys) if key not in given]
        if missing:
            raise DagsterInvalidDefinitionError(
                f'"{definition.name}" requires the resource "{missing[0]}". Pass it with '
                f"build_op_context(resources={{{missing[0]!r}: ...}})."
            )
        self._bound = definition
        self._assets_def = assets_def
        self._bound_config = config
        self._metadata = {}
        return self

    def __enter__(self) -> DirectContext:
        self._entered = True
        return self

    def __exit__(self, *_: object) -> None:
        self._set.__exit__(None, None, None)

    @property
    def _step(self) -> StepScope:
        raise DagsterInvalidPropertyError(
            "A directly called function has no run and no step, and this is only known of one that runs. Run it, e.g. "
            "with materialize() or execute_in_process(), or do not ask."
        )

    @_step.setter
    def _step(self, step: StepScope) -> None: ...

    @property
    def run(self) -> DagsterRun:
        return DagsterRun(run_id="EPHEMERAL", job_name="ephemeral_job", tags=self._tags())

    dagster_run = run

    def _tags(self) -> dict[str, str]:
        tags = dict(self._run_tags)
        if self._partition_key is not None:
            tags[PARTITION_TAG] = self._partition_key
        if self._partition_key_range is not None:
            tags |= dict(zip((RANGE_START_TAG, RANGE_END_TAG), self._partition_key_range, strict=True))
        return tags

    @property
    def run_id(self) -> str:
        return "EPHEMERAL"

    @property
    def run_config(self) -> Mapping[str, Any]:
        return {}

    @property
    def job_name(self) -> str:
        return "ephemeral_job"

    @property
    def instance(self) -> Any:
        if self._instance is None:
            self._instance = get_runner().new_instance()
        return self._instance

    @property
    def log(self) -> Any:
        return self._log if self._log is not None else logging.getLogger("dagster")

    @property
    def op_config(self) -> Any:
        return self._bound_config if self._bound is not None else self.given_config

    @property
    def resources(self) -> Any:
        if not self._entered:
            refuse_teardown(self._set)
        return self._set.view()

    @property
    def retry_number(self) -> int:
        return 0

    def get_mapping_key(self) -> str | None:
        return self._mapping_key

    def _definition(self) -> Any:
        if self._bound is None:
            raise DagsterInvalidInvocationError(
                "This context knows its op only while the op is being called."
            )
        return self._bound

    @property
    def op_def(self) -> Any:
        return self._definition()

    op = op_def

    @property
    def step_key(self) -> str:
        return self._definition().name  # type: ignore[no-any-return]

    @property
    def job_def(self) -> Any:
        raise DagsterInvalidPropertyError("A directly called op runs in no job.")

    # -- assets -------------------------------------------------------------------------------------------------

    @property
    def has_assets_def(self) -> bool:
        return self._assets_def is not None

    @property
    def assets_def(self) -> AssetsDefinition:
        if self._assets_def is None:
            raise DagsterInvalidPropertyError(
                "This context knows which assets are made only while an asset is being called."
            )
        return self._assets_def

    @property
    def has_asset_key(self) -> bool:
        return self._assets_def is not None and bool(self._assets_def.keys)

    @property
    def asset_key(self) -> AssetKey:
        return self.assets_def.key

    @property
    def selected_asset_keys(self) -> AbstractSet[AssetKey]:
        return set(self.assets_def.keys)

    @property
    def selected_asset_check_keys(self) -> AbstractSet[AssetCheckKey]:
        return set(self.assets_def.check_keys)

    @property
    def is_subset(self) -> bool:
        return False

    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        keys = self.assets_def.keys_by_output_name
        if output_name not in keys:
            raise DagsterInvariantViolationError(
                f'The output "{output_name}" of "{self._definition().name}" is no asset.'
            )
        return keys[output_name]

    def asset_key_for_input(self, input_name: str) -> AssetKey:
        keys = self.assets_def.keys_by_input_name
        if input_name not in keys:
            raise DagsterInvariantViolationError(
                f'"{self._definition().name}" has no input "{input_name}" that takes an asset.'
            )
        return keys[input_name]

    # -- partitions and outputs ---------------------------------------------------------------------------------

    @property
    def _partitions(self) -> StepPartitions:
        run = RunPartitions(self._tags(), self._instance)
        definition = self._assets_def
        known = dict.fromkeys(definition.specs_by_key, definition) if definition is not None else {}
        return StepPartitions(run, definition, known)

    @property
    def partition_key(self) -> str:
        self._require_partition()
        return super().partition_key

    @property
    def partition_time_window(self) -> TimeWindow:
        self._require_partition()
        return super().partition_time_window

    def _require_partition(self) -> None:
        if self._partition_key is None and self._partition_key_range is None:
            raise CheckError("The context was built without a partition key.")

    @property
    def selected_output_names(self) -> AbstractSet[str]:
        return set(self._definition().outs)

    def add_output_metadata(
        self, metadata: Mapping[str, Any], output_name: str | None = None, mapping_key: str | None = None
    ) -> None:
        outputs = list(self._definition().outs)
        name = output_name or (outputs[0] if len(outputs) == 1 else None)
        if name is None or name not in outputs:
            raise DagsterInvariantViolationError(
                f'"{self._definition().name}" has the outputs {", ".join(outputs)}; say which one with output_name=...'
            )
        known = self._metadata.setdefault((name, mapping_key), {})
        known.update(metadata)

    def get_output_metadata(
        self, output_name: str, mapping_key: str | None = None
    ) -> Mapping[str, Any] | None:
        return self._metadata.get((output_name, mapping_key))

    def log_event(self, event: Any) -> None:
        self._events.append(event)

    def get_events(self) -> Sequence[Any]:
        """What :meth:`log_event` has collected."""
        return list(self._events)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class DirectAssetContext(DirectContext, AssetExecutionContext):
    """A context for calling an asset directly in a test."""


class DirectCheckContext(DirectContext, AssetCheckExecutionContext):
    """A context for calling a check directly in a test."""


def build_op_context(
    resources: Mapping[str, Any] | None = None,
    op_config: Any = None,
    resources_config: Mapping[str, Any] | None = None,
    instance: Any = None,
    config: Any = None,
    partition_key: str | None = None,
    partition_key_range: Any = None,
    mapping_key: str | None = None,
    run_tags: Mapping[str, str] | None = None,
) -> DirectContext:
    """A context for calling an op directly in a test.

    >>> with_context = my_op(build_op_context(resources={"db": fake}), 3)
    """
    if op_config is not None and config is not None:
        raise DagsterInvalidInvocationError("build_op_context takes op_config or config, not both.")
    return DirectContext(
        resources,
        op_config if op_config is not None else config,
        instance,
        partition_key,
        mapping_key,
        run_tags,
        resources_config=resources_config,
        partition_key_range=partition_key_range,
    )


def build_asset_context(
    resources: Mapping[str, Any] | None = None,
    resources_config: Mapping[str, Any] | None = None,
    asset_config: Any = None,
    instance: Any = None,
    partition_key: str | None = None,
    partition_key_range: Any = None,
    run_tags: Mapping[str, str] | None = None,
) -> DirectAssetContext:
    """A context for calling an asset directly in a test."""
    return DirectAssetContext(
        resources,
        asset_config,
        instance,
        partition_key,
        None,
        run_tags,
        resources_config=resources_config,
        partition_key_range=partition_key_range,
    )


def build_asset_check_context(
    resources: Mapping[str, Any] | None = None,
    resources_config: Mapping[str, Any] | None = None,
    instance: Any = None,
) -> DirectCheckContext:
    """A context for calling a check directly in a test."""
    return DirectCheckContext(resources, None, instance, resources_config=resources_config)
