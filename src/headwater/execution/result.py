"""What running a job in this process gives back: success, events and values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from headwater.definitions.graph import GraphDefinition
from headwater.definitions.job import JobDefinition
from headwater.execution.run_scope import RunScope
from headwater.model.errors import DagsterInvariantViolationError
from headwater.model.event import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    Event,
    EventKind,
)
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.run import DagsterRun


class ExecuteInProcessResult:
    """The result of a run in this process.

    >>> result = materialize([numbers, total])
    >>> result.success, result.output_for_node("total")
    (True, 6)
    """

    def __init__(
        self,
        *,
        events: Sequence[Event],
        run: DagsterRun,
        job: JobDefinition,
        scope: RunScope,
        values: dict[tuple[str, str, str | None], Any],
        load: Callable[[AssetKey], Any],
    ) -> None:
        self._events = list(events)
        self._run = run
        self._job = job
        self._scope = scope
        self._values = values
        self._load = load

    # -- the run ------------------------------------------------------------------------------------------------

    @property
    def success(self) -> bool:
        """Whether every step that was to run succeeded."""
        return self._run.is_success

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self._run.run_id

    @property
    def dagster_run(self) -> DagsterRun:
        """The run, as it ended."""
        return self._run

    @property
    def job_def(self) -> JobDefinition:
        """The job."""
        return self._job

    @property
    def all_events(self) -> Sequence[Event]:
        """Everything that happened, without log lines."""
        return [event for event in self._events if event.is_dagster_event]

    @property
    def all_node_events(self) -> Sequence[Event]:
        """Everything that happened in steps."""
        return [event for event in self.all_events if event.is_step_event]

    def filter_events(self, event_filter: Callable[[Event], bool]) -> Sequence[Event]:
        """The events for which the function is true."""
        return [event for event in self.all_events if event_filter(event)]

    def events_for_node(self, node_name: str) -> Sequence[Event]:
        """The events of a node (``graph.op`` for one inside a graph), mapped copies included."""
        return [
            event
            for event in self.all_events
            if event.step_key is not None and event.step_key.partition("[")[0] == node_name
        ]

    def is_node_success(self, node_str: str) -> bool:
        """Whether a node succeeded."""
        return any(event.is_step_success for event in self.events_for_node(node_str))

    def is_node_failed(self, node_str: str) -> bool:
        """Whether a node failed."""
        return any(event.is_step_failure for event in self.events_for_node(node_str))

    def is_node_skipped(self, node_str: str) -> bool:
        """Whether a node was skipped."""
        return any(event.is_step_skipped for event in self.events_for_node(node_str))

    def is_node_untouched(self, node_str: str) -> bool:
        """Whether nothing happened in a node."""
        return not self.events_for_node(node_str)

    def retry_attempts_for_node(self, node_str: str) -> int:
        """How often a node was tried again."""
        return sum(1 for event in self.events_for_node(node_str) if event.is_step_restarted)

    def _of_kind(self, kind: EventKind) -> Sequence[Event]:
        return [event for event in self.all_events if event.kind is kind]

    def get_job_success_event(self) -> Event:
        """The event of the run's success. Raises when it did not succeed."""
        return self._one(EventKind.RUN_SUCCESS)

    def get_job_failure_event(self) -> Event:
        """The event of the run's failure. Raises when it did not fail."""
        return self._one(EventKind.RUN_FAILURE)

    get_run_success_event = get_job_success_event
    get_run_failure_event = get_job_failure_event

    def _one(self, kind: EventKind) -> Event:
        events = self._of_kind(kind)
        if not events:
            raise DagsterInvariantViolationError(f"The run {self.run_id} has no {kind.value} event.")
        return events[0]

    def get_step_success_events(self) -> Sequence[Event]:
        """The events of steps that succeeded."""
        return self._of_kind(EventKind.STEP_SUCCESS)

    def get_step_failure_events(self) -> Sequence[Event]:
        """The events of steps that failed."""
        return self._of_kind(EventKind.STEP_FAILURE)

    def get_step_skipped_events(self) -> Sequence[Event]:
        """The events of steps that were skipped."""
        return self._of_kind(EventKind.STEP_SKIPPED)

    def get_failed_step_keys(self) -> set[str]:
        """The keys of the steps that failed."""
        return {event.step_key for event in self.get_step_failure_events() if event.step_key is not None}

    # -- assets -------------------------------------------------------------------------------------------------

    def get_asset_materialization_events(self) -> Sequence[Event]:
        """The events of materialisations."""
        return self._of_kind(EventKind.ASSET_MATERIALIZATION)

    def asset_materializations_for_node(self, node_name: str) -> Sequence[AssetMaterialization]:
        """The materialisations that a node recorded."""
        return [
            event.materialization
            for event in self.events_for_node(node_name)
            if event.kind is EventKind.ASSET_MATERIALIZATION
        ]

    def asset_observations_for_node(self, node_name: str) -> Sequence[AssetObservation]:
        """The observations that a node recorded."""
        return [
            event.asset_observation_data.asset_observation
            for event in self.events_for_node(node_name)
            if event.kind is EventKind.ASSET_OBSERVATION
        ]

    def get_asset_observation_events(self) -> Sequence[Event]:
        """The events of observations."""
        return self._of_kind(EventKind.ASSET_OBSERVATION)

    def get_asset_check_evaluations(self) -> Sequence[AssetCheckEvaluation]:
        """The evaluations of checks."""
        return [
            event.asset_check_evaluation_data for event in self._of_kind(EventKind.ASSET_CHECK_EVALUATION)
        ]

    def asset_value(self, asset_key: CoercibleToAssetKey) -> Any:
        """The value of an asset that the run made."""
        key = AssetKey.from_coercible(asset_key)
        for step in self._scope.plan.steps:
            for output in step.outputs:
                if output.asset_key == key:
                    found = self._found(step.key, output.spec.name)
                    if found:
                        return found.get(None, found)
        raise DagsterInvariantViolationError(f'The run made no value of the asset "{key.to_user_string()}".')

    # -- values -------------------------------------------------------------------------------------------------

    def _found(self, step_key: str, output_name: str) -> dict[str | None, Any]:
        """The values of an output by mapping key (of the output, or of the copy of the step that made it)."""
        found: dict[str | None, Any] = {}
        for (key, name, mapping_key), value in self._values.items():
            base, bracket, rest = key.partition("[")
            if base == step_key.removesuffix("[?]") and name == output_name:
                found[mapping_key if not bracket else rest[:-1]] = value
        return found

    def output_for_node(self, node_str: str, output_name: str | None = "result") -> Any:
        """The value of a node's output (``graph.op`` for a node inside a graph); of a dynamic one a dict by key.

        Raises :class:`DagsterInvariantViolationError` when the node or the output is not there, or gave nothing.
        """
        name = output_name or "result"
        step_key, name = self._resolve(node_str, name)
        found = self._found(step_key, name)
        if not found:
            raise DagsterInvariantViolationError(
                f'The node "{node_str}" gave no output "{name}" in this run.'
            )
        return found[None] if list(found) == [None] else found

    def output_value(self, output_name: str = "result") -> Any:
        """The value of an output of the job's graph."""
        graph = self._job.graph
        if graph is None or not graph.outs:
            raise DagsterInvariantViolationError(
                "The job has no outputs of its own; use output_for_node or asset_value."
            )
        if output_name not in graph.outs:
            raise DagsterInvariantViolationError(
                f'The job has no output "{output_name}"; it has {", ".join(graph.outs)}.'
            )
        mapping = next(each for each in graph.output_mappings if each.graph_output == output_name)
        return self.output_for_node(mapping.child, mapping.child_output)

    def _resolve(self, node_str: str, output_name: str) -> tuple[str, str]:
        """The step and output behind a node, which may be a graph."""
        definition: Any = None
        if self._job.graph is not None:
            definition = self._job.graph
            path = node_str.split(".")
        else:
            name, *path = node_str.split(".")
            made = self._scope.repository.computations.get(name)
            definition = made.node_def if made is not None else None
        for alias in path:
            child = definition.children.get(alias) if isinstance(definition, GraphDefinition) else None
            definition = child.definition if child is not None else None
        if definition is None:
            raise DagsterInvariantViolationError(f'The job "{self._job.name}" has no node "{node_str}".')
        if output_name not in definition.output_dict:
            raise DagsterInvariantViolationError(
                f'The node "{node_str}" has no output "{output_name}"; it has {", ".join(definition.output_dict)}.'
            )
        while isinstance(definition, GraphDefinition):
            mapping = next(each for each in definition.output_mappings if each.graph_output == output_name)
            node_str, output_name = f"{node_str}.{mapping.child}", mapping.child_output
            definition = definition.children[mapping.child].definition
        return node_str, output_name
