"""One attempt at one step while it runs: what it may use, and what it has said so far."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.op import OpDefinition
from headwater.definitions.resource_set import Resources
from headwater.execution.log import StepLogger, event_of
from headwater.execution.run_partitions import RunPartitions
from headwater.execution.run_scope import RunScope
from headwater.execution.step_partitions import StepPartitions
from headwater.model.errors import DagsterInvariantViolationError
from headwater.model.event import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    AssetObservationData,
    Event,
    EventData,
    EventKind,
    ExpectationResult,
    StepExpectationResultData,
    StepMaterializationData,
)
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.metadata import AnyMetadataValue, build_metadata
from headwater.model.partition import PARTITION_TAG
from headwater.planning.plan import Step


class NodeView:
    """A node as user code sees it: its name and its definition."""

    __slots__ = ("name", "definition", "tags", "hook_defs")

    def __init__(self, name: str, definition: OpDefinition, tags: Mapping[str, str]) -> None:
        self.name = name
        self.definition = definition
        self.tags = tags

    @property
    def def_name(self) -> str:
        """The name of the definition."""
        return self.definition.name


class StepScope:
    """One attempt at a step. ``context`` is what its function gets, and ``config`` the op's, once it is checked.

    Unless it ``may_retry``, it is the last one.
    """

    def __init__(
        self,
        run_scope: RunScope,
        step: Step,
        op_def: OpDefinition,
        assets_def: AssetsDefinition | None,
        *,
        key: str,
        mapping_key: str | None,
        attempt: int,
        may_retry: bool = True,
    ) -> None:
        self.run_scope = run_scope
        self.step = step
        self.op_def = op_def
        self.assets_def = assets_def
        self.key = key
        self.mapping_key = mapping_key
        self.attempt = attempt
        self.may_retry = may_retry
        self.config: Any = None
        self.context: Any = None
        self.output_metadata: dict[tuple[str, str | None], dict[str, AnyMetadataValue]] = {}
        self.yielded: set[tuple[str, str | None]] = set()

    # -- what it may use ----------------------------------------------------------------------------------------

    @cached_property
    def resources(self) -> Resources:
        """The resources that the op requires."""
        return self.run_scope.resources.view(self.op_def.required_resource_keys)

    @cached_property
    def all_resources(self) -> Resources:
        """Every resource of the run, for I/O managers and hooks."""
        return self.run_scope.resources.view()

    @cached_property
    def log(self) -> StepLogger:
        """The step's logger."""
        return StepLogger(self.receive)

    @cached_property
    def node(self) -> NodeView:
        """The op as a node."""
        return NodeView(self.step.handle[-1], self.op_def, self.step.tags)

    @cached_property
    def asset_by_output(self) -> dict[str, AssetKey]:
        """The assets that the step makes, by output."""
        return {
            output.spec.name: output.asset_key for output in self.step.outputs if output.asset_key is not None
        }

    @cached_property
    def check_by_output(self) -> dict[str, AssetCheckKey]:
        """The checks that the step evaluates, by output."""
        return {
            output.spec.name: output.check_key for output in self.step.outputs if output.check_key is not None
        }

    @property
    def selected_outputs(self) -> set[str]:
        """The outputs that are wanted."""
        if self.step.selected_outputs is not None:
            return set(self.step.selected_outputs)
        return {output.spec.name for output in self.step.outputs}

    @cached_property
    def partitions(self) -> StepPartitions:
        """The partitions that the step makes and needs."""
        scope = self.run_scope
        run = RunPartitions(scope.run.tags, scope.instance)
        return StepPartitions(
            run, self.assets_def, scope.repository.definition_by_key, scope.job.partitions_def
        )

    @property
    def partition_key(self) -> str | None:
        """The partition of the run."""
        return self.run_scope.run.tags.get(PARTITION_TAG)

    # -- what it says -------------------------------------------------------------------------------------------

    def emit(
        self, kind: EventKind, message: str = "", data: EventData | None = None, level: int = logging.DEBUG
    ) -> Event:
        """Record an event of this step."""
        return self.run_scope.emit(kind, message, data, step_key=self.key, level=level)

    def receive(self, record: logging.LogRecord) -> None:
        """Record a log line of this step."""
        run = self.run_scope.run
        self.run_scope.record(event_of(record, run_id=run.run_id, job_name=run.job_name, step_key=self.key))

    def add_output_metadata(
        self, metadata: Mapping[str, Any], output_name: str | None, mapping_key: str | None
    ) -> None:
        """Attach metadata to an output that has not been yielded yet."""
        names = [output.spec.name for output in self.step.outputs if output.check_key is None]
        name = output_name
        if name is None:
            if len(names) != 1:
                raise DagsterInvariantViolationError(
                    f'"{self.key}" has the outputs {", ".join(names)}; say which one with output_name=...'
                )
            name = names[0]
        if name not in names:
            raise DagsterInvariantViolationError(
                f'"{self.key}" has no output "{name}"; it has {", ".join(names)}.'
            )
        if (name, mapping_key) in self.yielded:
            raise DagsterInvariantViolationError(
                f'The output "{name}" of "{self.key}" was already yielded; attach its metadata before.'
            )
        self.output_metadata.setdefault((name, mapping_key), {}).update(build_metadata(metadata))

    def record(self, event: Any) -> None:
        """Record what user code has logged or yielded beside its outputs."""
        if isinstance(event, AssetMaterialization):
            self.emit(
                EventKind.ASSET_MATERIALIZATION,
                event.description or f"Materialized value {event.label}.",
                StepMaterializationData(materialization=event),
            )
        elif isinstance(event, AssetObservation):
            self.emit(
                EventKind.ASSET_OBSERVATION,
                event.description or f"Observed {event.label}.",
                AssetObservationData(asset_observation=event),
            )
        elif isinstance(event, ExpectationResult):
            held = "passed" if event.success else "failed"
            self.emit(
                EventKind.STEP_EXPECTATION_RESULT,
                f"Expectation {event.label or ''} {held}".strip(),
                StepExpectationResultData(expectation_result=event),
            )
        elif isinstance(event, AssetCheckEvaluation):
            self.emit(EventKind.ASSET_CHECK_EVALUATION, _told(event), event)
        else:
            raise DagsterInvariantViolationError(
                f'"{self.key}" logs {event!r}; only materialisations, observations, expectations and check results '
                "can be logged as events."
            )


def _told(evaluation: AssetCheckEvaluation) -> str:
    verdict = "passed" if evaluation.passed else "did not pass"
    return f"Asset check '{evaluation.check_name}' on '{evaluation.asset_key.to_user_string()}' {verdict}."
