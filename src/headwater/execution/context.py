"""What a running function is told: its run, config, resources, log, and where its metadata goes."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.resource_set import ResourceSet, refuse_teardown
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
)
from headwater.model.key import AssetCheckKey, AssetKey, CoercibleToAssetKey
from headwater.model.run import DagsterRun

if TYPE_CHECKING:
    from headwater.execution.run_scope import RunScope
    from headwater.execution.step_scope import StepScope


class NodeHandle:
    """A node's name and the handle of the graph around it."""

    def __init__(self, name: str, parent: NodeHandle | None = None) -> None:
        self.name = name
        self.parent = parent

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeHandle) and self.path == other.path

    def __hash__(self) -> int:
        return hash(tuple(self.path))

    @staticmethod
    def of(path: Sequence[str]) -> NodeHandle:
        """The handle of a path of aliases."""
        handle: NodeHandle | None = None
        for alias in path:
            handle = NodeHandle(alias, handle)
        assert handle is not None
        return handle

    @property
    def path(self) -> list[str]:
        """The aliases from the outermost graph to the node."""
        return [*(self.parent.path if self.parent is not None else []), self.name]

    def to_string(self) -> str:
        """The path with dots."""
        return ".".join(self.path)

    __str__ = to_string


class OpExecutionContext:
    """The context of a running op. In tests, :func:`build_op_context` makes one."""

    __headwater_context__ = True

    def __init__(self, step: StepScope) -> None:
        self._step = step

    # -- the run ------------------------------------------------------------------------------------------------

    @property
    def _run_scope(self) -> RunScope:
        return self._step.run_scope

    @property
    def run(self) -> DagsterRun:
        """The run."""
        return self._run_scope.run

    dagster_run = run

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.run.run_id

    @property
    def run_config(self) -> Mapping[str, Any]:
        """The config of the run, as given."""
        return self.run.run_config

    @property
    def run_tags(self) -> Mapping[str, str]:
        """The tags of the run."""
        return self.run.tags

    def has_tag(self, key: str) -> bool:
        """Whether the run has a tag."""
        return key in self.run.tags

    def get_tag(self, key: str) -> str | None:
        """A tag of the run."""
        return self.run.tags.get(key)

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return self.run.job_name

    @property
    def job_def(self) -> Any:
        """The job."""
        return self._run_scope.job

    @property
    def repository_def(self) -> Any:
        """The definitions among which the job lives."""
        return self._run_scope.repository

    @property
    def instance(self) -> Any:
        """The instance: its runs, events and assets."""
        return self._run_scope.instance

    @property
    def log(self) -> Any:
        """A logger whose lines are kept with the run."""
        return self._step.log

    @property
    def pdb(self) -> Any:
        """A debugger: ``context.pdb.set_trace()``."""
        import pdb

        return pdb

    # -- the op -------------------------------------------------------------------------------------------------

    @property
    def op(self) -> Any:
        """The op as a node: its name is its alias."""
        return self._step.node

    @property
    def op_def(self) -> Any:
        """The op."""
        return self._step.op_def

    @property
    def op_handle(self) -> NodeHandle:
        """The path of aliases that leads to the op."""
        return NodeHandle.of(self._step.step.handle)

    node_handle = op_handle

    @property
    def step_key(self) -> str:
        """The key of the step."""
        return self._step.key

    @property
    def op_config(self) -> Any:
        """The config of the op."""
        return self._step.config

    @property
    def resources(self) -> Any:
        """The resources that the op requires, by attribute."""
        return self._step.resources

    @property
    def retry_number(self) -> int:
        """How often the step has been tried before."""
        return self._step.attempt - 1

    def get_mapping_key(self) -> str | None:
        """Under which key of a dynamic output the step runs."""
        return self._step.mapping_key

    @property
    def selected_output_names(self) -> AbstractSet[str]:
        """The outputs that are wanted."""
        return self._step.selected_outputs

    def get_step_execution_context(self) -> Any:
        """This context (kept for older code)."""
        return self

    @property
    def op_execution_context(self) -> OpExecutionContext:
        """This context."""
        return self

    # -- metadata and events ------------------------------------------------------------------------------------

    def add_output_metadata(
        self, metadata: Mapping[str, Any], output_name: str | None = None, mapping_key: str | None = None
    ) -> None:
        """Attach metadata to an output (the only one, without ``output_name``).

        Raises :class:`DagsterInvariantViolationError` when the output does not exist, or was already yielded.
        """
        self._step.add_output_metadata(metadata, output_name, mapping_key)

    def get_output_metadata(
        self, output_name: str, mapping_key: str | None = None
    ) -> Mapping[str, Any] | None:
        """The metadata attached so far."""
        return self._step.output_metadata.get((output_name, mapping_key))

    def add_asset_metadata(
        self,
        metadata: Mapping[str, Any],
        asset_key: CoercibleToAssetKey | None = None,
        partition_key: str | None = None,
    ) -> None:
        """Attach metadata to an asset that the step makes (the only one, without ``asset_key``)."""
        keys = self._step.asset_by_output
        wanted = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        if wanted is None and len(keys) != 1:
            raise DagsterInvariantViolationError(
                f'"{self._step.key}" makes {len(keys)} assets; say which one with asset_key=...'
            )
        for output, key in keys.items():
            if wanted is None or key == wanted:
                self._step.add_output_metadata(metadata, output, None)
                return
        raise DagsterInvariantViolationError(
            f'"{self._step.key}" does not make the asset "{wanted.to_user_string() if wanted else ""}".'
        )

    def log_event(self, event: Any) -> None:
        """Record an AssetMaterialization, AssetObservation, ExpectationResult or check evaluation."""
        self._step.record(event)

    # -- assets -------------------------------------------------------------------------------------------------

    @property
    def has_assets_def(self) -> bool:
        """Whether the step makes assets."""
        return self._step.assets_def is not None

    @property
    def assets_def(self) -> AssetsDefinition:
        """The definition of the assets that the step makes."""
        if self._step.assets_def is None:
            raise DagsterInvalidDefinitionError(f'"{self._step.key}" makes no assets.')
        return self._step.assets_def

    @property
    def has_asset_key(self) -> bool:
        """Whether the step makes assets."""
        return bool(self._step.asset_by_output)

    @property
    def asset_key(self) -> AssetKey:
        """The asset that the step makes. Raises when there are several, or none."""
        keys = list(self._step.asset_by_output.values())
        if len(keys) != 1:
            raise DagsterInvariantViolationError(f'"{self._step.key}" makes {len(keys)} assets, not one.')
        return keys[0]

    @property
    def selected_asset_keys(self) -> AbstractSet[AssetKey]:
        """The assets that are wanted of this step."""
        return {
            key for output, key in self._step.asset_by_output.items() if output in self._step.selected_outputs
        }

    @property
    def selected_asset_check_keys(self) -> AbstractSet[AssetCheckKey]:
        """The checks that are wanted of this step."""
        return {
            key for output, key in self._step.check_by_output.items() if output in self._step.selected_outputs
        }

    @property
    def is_subset(self) -> bool:
        """Whether only a part of what the step can make is wanted."""
        return set(self._step.asset_by_output.values()) != set(self.selected_asset_keys)

    @property
    def asset_check_spec(self) -> Any:
        """The spec of the check that the step evaluates. Raises when there are several."""
        (spec,) = self.assets_def.check_specs
        return spec

    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        """The asset that an output makes."""
        if output_name not in self._step.asset_by_output:
            raise DagsterInvariantViolationError(
                f'The output "{output_name}" of "{self._step.key}" is no asset.'
            )
        return self._step.asset_by_output[output_name]

    def output_for_asset_key(self, asset_key: AssetKey) -> str:
        """The output that makes an asset."""
        return self.assets_def.get_output_name_for_asset_key(asset_key)

    def asset_key_for_input(self, input_name: str) -> AssetKey:
        """The asset that an input takes."""
        keys = self.assets_def.keys_by_input_name
        if input_name not in keys:
            raise DagsterInvariantViolationError(
                f'"{self._step.key}" has no input "{input_name}" that takes an asset.'
            )
        return keys[input_name]

    def load_asset_value(
        self, asset_key: CoercibleToAssetKey, *, python_type: Any = None, partition_key: str | None = None
    ) -> Any:
        """Load the stored value of an asset through its I/O manager; of one that is only in ``deps``, too."""
        return self._run_scope.load_asset(
            AssetKey.from_coercible(asset_key),
            python_type=python_type,
            partition_key=partition_key,
            step=self._step,
        )

    load = load_asset_value

    def get_asset_provenance(self, asset_key: AssetKey) -> Any:
        """What the newest materialisation of an asset was made from, if it is known."""
        return self._run_scope.get_provenance(asset_key)

    # -- partitions ---------------------------------------------------------------------------------------------

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is a run of one partition."""
        return "dagster/partition" in self.run.tags

    @property
    def partition_key(self) -> str:
        """The partition of the run. Raises when it has none."""
        if not self.has_partition_key:
            raise CheckError("The run has no partition key. Ask has_partition_key first.")
        return self.run.tags["dagster/partition"]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(step_key={self._step.key!r})"


class AssetExecutionContext(OpExecutionContext):
    """The context of the running function of an asset. In tests, :func:`build_asset_context` makes one."""


class AssetCheckExecutionContext(OpExecutionContext):
    """The context of the running function of a check."""


class DirectContext(OpExecutionContext):
    """A context for calling an op or asset directly in a test: no run, no step."""

    def __init__(
        self,
        resources: Mapping[str, Any] | None = None,
        config: Any = None,
        instance: Any = None,
        partition_key: str | None = None,
        mapping_key: str | None = None,
        run_tags: Mapping[str, str] | None = None,
        resources_config: Mapping[str, Any] | None = None,
    ) -> None:
        self._set = ResourceSet(resources or {}, resources_config, instance=instance)
        self._entered = False
        self.given_config = config
        self._instance = instance
        self._partition_key = partition_key
        self._mapping_key = mapping_key
        self._run_tags: dict[str, str] = dict(run_tags or {})
        self._bound: Any = None
        self._bound_config: Any = None
        self._metadata: dict[tuple[str, str | None], dict[str, Any]] = {}
        self._events: list[Any] = []
        self._log: Any = None

    def bind(self, definition: Any, resources: Mapping[str, Any], config: Any) -> DirectContext:
        """Take the place of the context of ``definition`` for one call."""
        given = {*self._set.definitions, *resources}
        missing = [key for key in sorted(definition.required_resource_keys) if key not in given]
        if missing:
            raise DagsterInvalidDefinitionError(
                f'"{definition.name}" requires the resource "{missing[0]}". Pass it with '
                f"build_op_context(resources={{{missing[0]!r}: ...}})."
            )
        self._bound = definition
        self._bound_config = config
        self._metadata = {}
        return self

    def __enter__(self) -> DirectContext:
        self._entered = True
        return self

    def __exit__(self, *_: object) -> None:
        self._set.__exit__(None, None, None)

    @property
    def run(self) -> DagsterRun:
        return DagsterRun(run_id="EPHEMERAL", job_name="ephemeral_job", tags=self._tags())

    dagster_run = run

    def _tags(self) -> dict[str, str]:
        tags = dict(self._run_tags)
        if self._partition_key is not None:
            tags["dagster/partition"] = self._partition_key
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
            raise DagsterInvariantViolationError(
                "This context was built without an instance. Pass instance=DagsterInstance.ephemeral()."
            )
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
        raise DagsterInvalidInvocationError("A directly called op runs in no job.")

    @property
    def has_assets_def(self) -> bool:
        return False

    @property
    def has_partition_key(self) -> bool:
        return self._partition_key is not None

    @property
    def partition_key(self) -> str:
        if self._partition_key is None:
            raise CheckError("The context was built without a partition key.")
        return self._partition_key

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
        return "DirectContext()"


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
    )


def build_asset_check_context(
    resources: Mapping[str, Any] | None = None,
    resources_config: Mapping[str, Any] | None = None,
    instance: Any = None,
) -> DirectCheckContext:
    """A context for calling a check directly in a test."""
    return DirectCheckContext(resources, None, instance, resources_config=resources_config)
