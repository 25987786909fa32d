"""What an I/O manager is told when it stores an output or loads an input."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.definitions.resource_set import start_resources
from headwater.model.errors import CheckError, DagsterInvariantViolationError
from headwater.model.event import AssetMaterialization, AssetObservation
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.metadata import AnyMetadataValue, DagsterInvalidMetadata, build_metadata
from headwater.model.partition import PartitionKeyRange, TimeWindow
from headwater.planning.partition_definition import PartitionsDefinition

EPHEMERAL_RUN_ID = "__EPHEMERAL_RUN_ID"
"""The run of a context that a test builds without one."""


class _IOContext:
    """What input and output contexts share: op and job, the asset and its partitions, resources and log."""

    name: str
    _definition_metadata: Mapping[str, Any]
    _op_def: Any
    _step_context: Any
    _job_name: str | None
    _partition_key: str | None
    _resources: Any
    _asset_key: AssetKey | None
    _partition_keys: Sequence[str] | None
    _asset_partitions_def: PartitionsDefinition | None
    _log: Any

    @property
    def log(self) -> Any:
        """A logger whose lines are kept with the run."""
        return self._log if self._log is not None else logging.getLogger("dagster")

    @property
    def resources(self) -> Any:
        """The resources that the I/O manager requires, by attribute."""
        if self._resources is None:
            raise DagsterInvariantViolationError(
                "This context was built without resources. Pass resources={...} to build_input_context or "
                "build_output_context."
            )
        return self._resources

    @property
    def definition_metadata(self) -> Mapping[str, Any]:
        """The metadata given where the asset, output or input is declared."""
        return self._definition_metadata

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The metadata given where the asset, output or input is declared (the older name)."""
        return self._definition_metadata

    @property
    def op_def(self) -> Any:
        """The op that makes the output, or takes the input."""
        if self._op_def is None:
            raise DagsterInvariantViolationError("This context was built without an op.")
        return self._op_def

    @property
    def step_context(self) -> Any:
        """The context of the step that makes the output, or takes the input."""
        if self._step_context is None:
            raise DagsterInvariantViolationError("This context belongs to no running step.")
        return self._step_context

    @property
    def job_name(self) -> str:
        """The job in which the value is stored or loaded."""
        if self._job_name is None:
            raise DagsterInvariantViolationError("This context was built without a job.")
        return self._job_name

    @property
    def has_asset_key(self) -> bool:
        """Whether the value belongs to an asset."""
        return self._asset_key is not None

    @property
    def asset_key(self) -> AssetKey:
        """The asset whose value this is. Raises when the value belongs to no asset."""
        if self._asset_key is None:
            raise DagsterInvariantViolationError(
                f'"{self.name}" is the value of an op and belongs to no asset. Ask has_asset_key first.'
            )
        return self._asset_key

    # -- partitions ----------------------------------------------------------------------------------------

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is a run of one partition."""
        return self._partition_key is not None

    @property
    def partition_key(self) -> str:
        """The partition of the run. Raises when it has none."""
        if self._partition_key is None:
            raise CheckError("The run has no partition key. Ask has_partition_key first.")
        return self._partition_key

    @property
    def has_asset_partitions(self) -> bool:
        """Whether partitions of the asset are stored or loaded."""
        return self._partition_keys is not None

    @property
    def asset_partition_keys(self) -> Sequence[str]:
        """The partitions of the asset that are stored or loaded, in order."""
        if self._partition_keys is None:
            raise CheckError(f'"{self.name}" has no partitions. Ask has_asset_partitions first.')
        return self._partition_keys

    @property
    def asset_partition_key(self) -> str:
        """The one partition of the asset. Raises when there are several."""
        keys = self.asset_partition_keys
        if len(keys) != 1:
            raise CheckError(f'"{self.name}" covers {len(keys)} partitions; use asset_partition_keys.')
        return keys[0]

    @property
    def asset_partitions_def(self) -> PartitionsDefinition:
        """The partitions definition of the asset."""
        if self._asset_partitions_def is None:
            raise CheckError(f'The asset of "{self.name}" has no partitions definition.')
        return self._asset_partitions_def

    @property
    def asset_partition_key_range(self) -> PartitionKeyRange:
        """The first and last partition that are stored or loaded."""
        keys = self.asset_partition_keys
        return PartitionKeyRange(keys[0], keys[-1])

    @property
    def asset_partitions_time_window(self) -> TimeWindow:
        """The span of time that the partitions cover; only for time-based partitions."""
        window_of = getattr(self.asset_partitions_def, "time_window_for_partition_keys", None)
        if window_of is None:
            raise CheckError(f'The partitions of "{self.name}" are not of time: {self.asset_partitions_def}')
        window: TimeWindow = window_of(self.asset_partition_keys)
        return window

    def get_asset_identifier(self) -> Sequence[str]:
        """The parts of the asset key, then the partition, if there is one."""
        parts = self.asset_key.path
        return [*parts, self.asset_partition_key] if self.has_asset_partitions else parts


class OutputContext(_IOContext):
    """Which value is stored: its asset or its run, step and output name, and where metadata about it goes.

    Made by the engine, and in tests by :func:`build_output_context`.
    """

    def __init__(
        self,
        step_key: str | None = None,
        name: str = "result",
        job_name: str | None = None,
        run_id: str | None = None,
        definition_metadata: Mapping[str, Any] | None = None,
        output_metadata: Mapping[str, Any] | None = None,
        mapping_key: str | None = None,
        config: Any = None,
        dagster_type: Any = None,
        log_manager: Any = None,
        version: str | None = None,
        resource_config: Mapping[str, Any] | None = None,
        resources: Any = None,
        op_def: Any = None,
        asset_key: AssetKey | None = None,
        asset_spec: Any = None,
        partition_key: str | None = None,
        asset_partition_keys: Sequence[str] | None = None,
        asset_partitions_def: PartitionsDefinition | None = None,
        step_context: Any = None,
        run_tags: Mapping[str, str] | None = None,
        warn_on_step_context_use: bool = False,
    ) -> None:
        self._step_key = step_key
        self.name = name
        self._job_name = job_name
        self._run_id = run_id
        self._definition_metadata = definition_metadata or {}
        self._given_output_metadata = output_metadata or {}
        self.mapping_key = mapping_key
        self.config = config
        self.dagster_type = dagster_type
        self._log = log_manager
        self.version = version
        self.resource_config = resource_config
        self._resources = resources
        self._op_def = op_def
        self._asset_key = asset_key
        self._asset_spec = asset_spec
        self._partition_key = partition_key
        self._partition_keys = asset_partition_keys
        self._asset_partitions_def = asset_partitions_def
        self._step_context = step_context
        self.run_tags = run_tags or {}
        self._added: dict[str, AnyMetadataValue] = {}
        self._events: list[AssetMaterialization | AssetObservation] = []

    @property
    def output_metadata(self) -> Mapping[str, Any]:
        """The metadata that the function has attached to this output so far."""
        return self._given_output_metadata

    @property
    def asset_spec(self) -> Any:
        """The spec of the asset whose value this is."""
        if self._asset_spec is None:
            raise DagsterInvariantViolationError(f'"{self.name}" belongs to no asset, so there is no spec.')
        return self._asset_spec

    @property
    def step_key(self) -> str:
        """The step that made the value."""
        if self._step_key is None:
            raise DagsterInvariantViolationError("This context was built without a step key.")
        return self._step_key

    @property
    def run_id(self) -> str:
        """The run in which the value was made."""
        if self._run_id is None:
            raise DagsterInvariantViolationError("This context was built without a run.")
        return self._run_id

    def add_output_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Attach metadata to the value that is being stored; it is kept with its materialisation.

        Raises :class:`DagsterInvalidMetadata` when a label is attached twice.
        """
        values = build_metadata(metadata)
        twice = [label for label in values if label in self._added]
        if twice:
            raise DagsterInvalidMetadata(
                f'The output "{self.name}" has metadata "{twice[0]}" already. Attach each label once.'
            )
        self._added.update(values)

    def get_logged_metadata(self) -> Mapping[str, AnyMetadataValue]:
        """What :meth:`add_output_metadata` has collected."""
        return self._added

    def consume_logged_metadata(self) -> Mapping[str, AnyMetadataValue]:
        """What :meth:`add_output_metadata` has collected; the collection is empty afterwards."""
        added, self._added = self._added, {}
        return added

    def log_event(self, event: AssetMaterialization | AssetObservation) -> None:
        """Record a materialisation or an observation beside the value."""
        self._events.append(event)

    def get_logged_events(self) -> Sequence[AssetMaterialization | AssetObservation]:
        """What :meth:`log_event` has collected."""
        return list(self._events)

    def consume_events(self) -> Iterable[AssetMaterialization | AssetObservation]:
        """What :meth:`log_event` has collected; the list is empty afterwards."""
        events, self._events = self._events, []
        return events

    def get_run_scoped_output_identifier(self) -> Sequence[str]:
        """Run, step, output name and mapping key: where the value of an op is stored."""
        identifier = [self.run_id, self.step_key, self.name]
        return [*identifier, self.mapping_key] if self.mapping_key is not None else identifier

    get_identifier = get_run_scoped_output_identifier
    get_output_identifier = get_run_scoped_output_identifier


class InputContext(_IOContext):
    """Which value is loaded, for whom, and what is known of the output that made it.

    Made by the engine, and in tests by :func:`build_input_context`.
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        job_name: str | None = None,
        op_def: Any = None,
        config: Any = None,
        definition_metadata: Mapping[str, Any] | None = None,
        upstream_output: OutputContext | None = None,
        dagster_type: Any = None,
        log_manager: Any = None,
        resource_config: Mapping[str, Any] | None = None,
        resources: Any = None,
        step_context: Any = None,
        asset_key: AssetKey | None = None,
        partition_key: str | None = None,
        asset_partition_keys: Sequence[str] | None = None,
        asset_partitions_def: PartitionsDefinition | None = None,
        run_id: str | None = None,
        step_key: str | None = None,
        instance: Any = None,
    ) -> None:
        self._name = name
        self._job_name = job_name
        self._op_def = op_def
        self.config = config
        self._definition_metadata = definition_metadata or {}
        self.upstream_output = upstream_output
        self.dagster_type = dagster_type
        self._log = log_manager
        self.resource_config = resource_config
        self._resources = resources
        self._step_context = step_context
        self._asset_key = asset_key
        self._partition_key = partition_key
        self._partition_keys = asset_partition_keys
        self._asset_partitions_def = asset_partitions_def
        self._run_id = run_id
        self._step_key = step_key
        self._instance = instance
        self._added: dict[str, AnyMetadataValue] = {}
        self._observations: list[AssetObservation] = []

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name of the input."""
        if self._name is None:
            raise DagsterInvariantViolationError("This value is loaded for no input, so there is no name.")
        return self._name

    @property
    def has_input_name(self) -> bool:
        """Whether the value is loaded for an input of a step."""
        return self._name is not None

    @property
    def instance(self) -> Any:
        """The instance of the run."""
        return self._instance

    def add_input_metadata(self, metadata: Mapping[str, Any], description: str | None = None) -> None:
        """Attach metadata to the loading of this input; for an asset an observation is recorded."""
        values = build_metadata(metadata)
        self._added.update(values)
        if self._asset_key is not None:
            self._observations.append(
                AssetObservation(
                    self._asset_key,
                    description=description,
                    metadata=values,
                    partition=self.asset_partition_key
                    if self._partition_keys is not None and len(self._partition_keys) == 1
                    else None,
                )
            )

    def consume_logged_metadata(self) -> Mapping[str, AnyMetadataValue]:
        """What :meth:`add_input_metadata` has collected."""
        values, self._added = self._added, {}
        return values

    def get_observations(self) -> Sequence[AssetObservation]:
        """The observations which :meth:`add_input_metadata` has made."""
        return list(self._observations)

    def consume_events(self) -> Iterable[AssetObservation]:
        """The observations which :meth:`add_input_metadata` has made; the list is empty afterwards."""
        observations, self._observations = self._observations, []
        return observations

    def get_identifier(self) -> Sequence[str]:
        """Run, step, output name and mapping key of the output that made the value."""
        if self.upstream_output is None:
            raise DagsterInvariantViolationError(
                "This value comes from no output of a step, so it has no identifier. For the value of an "
                "asset ask get_asset_identifier()."
            )
        return self.upstream_output.get_identifier()


def _asset_key_or_none(key: CoercibleToAssetKey | None) -> AssetKey | None:
    return AssetKey.from_coercible(key) if key is not None else None


def _keys(
    partition_key: str | None, key_range: PartitionKeyRange | None, definition: Any
) -> Sequence[str] | None:
    if key_range is not None:
        if definition is None:
            raise CheckError("asset_partition_key_range needs asset_partitions_def, to know its keys.")
        return definition.get_partition_keys_in_range(key_range)  # type: ignore[no-any-return]
    return [partition_key] if partition_key is not None else None


def build_output_context(
    step_key: str | None = None,
    name: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    run_id: str | None = None,
    mapping_key: str | None = None,
    config: Any = None,
    dagster_type: Any = None,
    version: str | None = None,
    resource_config: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | None = None,
    op_def: Any = None,
    asset_key: CoercibleToAssetKey | None = None,
    partition_key: str | None = None,
    definition_metadata: Mapping[str, Any] | None = None,
    output_metadata: Mapping[str, Any] | None = None,
    asset_partition_key: str | None = None,
    asset_partition_key_range: PartitionKeyRange | None = None,
    asset_partitions_def: PartitionsDefinition | None = None,
) -> OutputContext:
    """An output context for the test of an I/O manager.

    >>> build_output_context(asset_key="flights").get_asset_identifier()
    ['flights']
    """
    if asset_partition_key is None and asset_key is not None:
        asset_partition_key = partition_key
    keys = _keys(asset_partition_key, asset_partition_key_range, asset_partitions_def)
    return OutputContext(
        step_key=step_key,
        name=name or "result",
        run_id=run_id or EPHEMERAL_RUN_ID,
        mapping_key=mapping_key,
        config=config,
        dagster_type=dagster_type,
        version=version,
        resource_config=resource_config,
        resources=build_test_resources(resources),
        op_def=op_def,
        asset_key=_asset_key_or_none(asset_key),
        partition_key=partition_key,
        asset_partition_keys=keys,
        asset_partitions_def=asset_partitions_def,
        definition_metadata=definition_metadata or metadata,
        output_metadata=output_metadata,
    )


def build_input_context(
    name: str | None = None,
    config: Any = None,
    metadata: Mapping[str, Any] | None = None,
    upstream_output: OutputContext | None = None,
    dagster_type: Any = None,
    resource_config: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | None = None,
    op_def: Any = None,
    step_context: Any = None,
    asset_key: CoercibleToAssetKey | None = None,
    partition_key: str | None = None,
    asset_partition_key_range: PartitionKeyRange | None = None,
    asset_partitions_def: PartitionsDefinition | None = None,
    instance: Any = None,
    definition_metadata: Mapping[str, Any] | None = None,
    asset_partition_key: str | None = None,
) -> InputContext:
    """An input context for the test of an I/O manager.

    >>> build_input_context(asset_key="flights").get_asset_identifier()
    ['flights']
    """
    if asset_partition_key is None and asset_key is not None:
        asset_partition_key = partition_key
    keys = _keys(asset_partition_key, asset_partition_key_range, asset_partitions_def)
    return InputContext(
        name=name,
        config=config,
        definition_metadata=definition_metadata or metadata,
        upstream_output=upstream_output,
        dagster_type=dagster_type,
        resource_config=resource_config,
        resources=build_test_resources(resources),
        op_def=op_def,
        step_context=step_context,
        asset_key=_asset_key_or_none(asset_key),
        partition_key=partition_key,
        asset_partition_keys=keys,
        asset_partitions_def=asset_partitions_def,
        instance=instance,
    )


def build_test_resources(resources: Mapping[str, Any] | None) -> Any:
    """Resources given to a ``build_…_context`` function, started and reachable by attribute."""
    return start_resources(resources or {})
