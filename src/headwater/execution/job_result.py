"""What :func:`execute_job` gives back: success and events; and the values, loaded through their I/O managers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Self

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.job import JobDefinition
from headwater.definitions.resource_set import ResourceSet
from headwater.execution.load_input import load_through
from headwater.execution.result import ExecuteInProcessResult
from headwater.execution.run_scope import RunScope
from headwater.execution.stored_asset import load_asset_value
from headwater.model.errors import DagsterInvariantViolationError
from headwater.model.event import Event, StepOutputData
from headwater.model.partition import PARTITION_TAG
from headwater.model.run import DagsterRun
from headwater.planning.plan import Step, StepOutput


class JobExecutionResult(ExecuteInProcessResult):
    """The result of a run whose steps may have run elsewhere. Values are loaded while it is open.

    >>> with execute_job(reconstructable(nightly), instance=instance) as result:  # doctest: +SKIP
    ...     result.output_for_node("total")
    """

    def __init__(
        self,
        *,
        events: Sequence[Event],
        run: DagsterRun,
        job: JobDefinition,
        scope: RunScope,
        open_resources: Callable[[], ResourceSet],
    ) -> None:
        super().__init__(
            events=events,
            run=run,
            job=job,
            scope=scope,
            values={},
            load=lambda key: load_asset_value(scope, key),
        )
        self._open_resources = open_resources
        self._stack: ExitStack | None = None

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._scope.resources = self._stack.enter_context(self._open_resources())
        return self

    def __exit__(self, *_: object) -> None:
        if self._stack is not None:
            self._stack.close()
            self._stack = None

    def _found(self, step_key: str, output_name: str) -> dict[str | None, Any]:
        if self._stack is None:
            raise DagsterInvariantViolationError(
                "Values are loaded through their I/O managers, which are there while the result is open: "
                "`with execute_job(…) as result:`."
            )
        step, output = self._output(step_key.removesuffix("[?]"), output_name)
        found: dict[str | None, Any] = {}
        for event in self._events:
            data = event.data
            if (
                not isinstance(data, StepOutputData)
                or data.output_name != output_name
                or event.step_key is None
            ):
                continue
            base, _, rest = event.step_key.partition("[")
            if base == step_key.removesuffix("[?]"):
                value = self._load_output(step, output, event.step_key, data.mapping_key)
                found[rest[:-1] if rest else data.mapping_key] = value
        return found

    def _output(self, step_key: str, output_name: str) -> tuple[Step, StepOutput]:
        for step in self._scope.plan.steps:
            if step.key.removesuffix("[?]") == step_key:
                for output in step.outputs:
                    if output.spec.name == output_name:
                        return step, output
        raise DagsterInvariantViolationError(
            f'The run has no step "{step_key}" with an output "{output_name}".'
        )

    def _load_output(self, step: Step, output: StepOutput, step_key: str, mapping_key: str | None) -> Any:
        scope = self._scope
        if output.asset_key is not None:
            return load_asset_value(scope, output.asset_key, partition_key=scope.run.tags.get(PARTITION_TAG))
        op_def, _ = scope.find_op(step)
        out = op_def.outs[output.spec.name]
        upstream = OutputContext(
            step_key=step_key,
            name=output.spec.name,
            job_name=scope.run.job_name,
            run_id=scope.run.run_id,
            definition_metadata=out.metadata,
            mapping_key=mapping_key,
            dagster_type=out.dagster_type,
            op_def=op_def,
        )
        context = InputContext(
            name="dummy_input_name",
            job_name=scope.run.job_name,
            upstream_output=upstream,
            dagster_type=out.dagster_type,
            resources=scope.resources.view(),
            run_id=scope.run.run_id,
            instance=scope.instance,
        )
        manager = scope.resources.require(output.io_manager_key)
        return load_through(
            manager,
            output.io_manager_key,
            context,
            what=f'the output "{output.spec.name}" of "{step_key}"',
            scope=None,
        )
