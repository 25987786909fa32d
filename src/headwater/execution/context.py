"""What a running function is told: its run, config, resources, log, and where its metadata goes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.assets_definition import AssetsDefinition
from headwater.execution.partition_view import PartitionView
from headwater.execution.run_scope import RunScope
from headwater.execution.step_partitions import StepPartitions
from headwater.execution.step_scope import StepScope
from headwater.execution.stored_asset import load_asset_value
from headwater.model.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
)
from headwater.model.key import AssetCheckKey, AssetKey, CoercibleToAssetKey
from headwater.model.run import DagsterRun


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


class OpExecutionContext(PartitionView):
    """The context of a running op. In tests, :func:`build_op_context` makes one."""

    __headwater_context__ = True

    def __init__(self, step: StepScope) -> None:
        self._step = step

    # -- the run ------------------------------------------------------------------------------------------------

    @property
    def _run_scope(self) -> RunScope:
        return self._step.run_scope

    @property
    def _partitions(self) -> StepPartitions:
        return self._step.partitions

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
        self,
        asset_key: CoercibleToAssetKey,
        *,
        python_type: Any = None,
        partition_key: str | None = None,
        version: str | None = None,
        as_of: datetime.datetime | str | None = None,
    ) -> Any:
        """Load the stored value of an asset through its I/O manager; of one that is only in ``deps``, too.

        With ``version`` or ``as_of`` (a moment) as it was before. Raises :class:`VersionNotFoundError`.
        """
        return load_asset_value(
            self._run_scope,
            AssetKey.from_coercible(asset_key),
            python_type=python_type,
            partition_key=partition_key,
            step=self._step,
            version=version,
            as_of=as_of,
        )

    load = load_asset_value

    def get_asset_provenance(self, asset_key: AssetKey) -> Any:
        """What the newest materialisation of an asset was made from, if it is known."""
        return self._run_scope.get_provenance(asset_key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(step_key={self._step.key!r})"


class AssetExecutionContext(OpExecutionContext):
    """The context of the running function of an asset. In tests, :func:`build_asset_context` makes one."""


class AssetCheckExecutionContext(OpExecutionContext):
    """The context of the running function of a check."""


def context_of(step: StepScope) -> OpExecutionContext:
    """The context for the function of a step: of an op, of assets or of checks."""
    if step.assets_def is None:
        return OpExecutionContext(step)
    if step.check_by_output and not step.asset_by_output:
        return AssetCheckExecutionContext(step)
    return AssetExecutionContext(step)
