"""Inputs: where each value comes from, and loading it through its I/O manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.config_check import check_config
from headwater.definitions.config_type import ABSENT
from headwater.definitions.dagster_type import DagsterType, DagsterTypeLoaderContext
from headwater.definitions.input import In
from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.io_manager import InputManager
from headwater.execution.step_partitions import AssetPartitions
from headwater.execution.step_scope import StepScope
from headwater.execution.stored_asset import asset_manager_key, describe_asset
from headwater.execution.type_check import check_value
from headwater.model.errors import (
    DagsterExecutionLoadInputError,
    DagsterInvariantViolationError,
    DagsterTypeLoadingError,
)
from headwater.model.event import (
    AssetObservationData,
    EventKind,
    LoadedInputData,
    StepInputData,
)
from headwater.model.key import AssetKey
from headwater.planning.plan import (
    FromAsset,
    FromDefault,
    FromMany,
    FromRunInput,
    FromStep,
    Source,
    StepInput,
)


def load_inputs(
    scope: StepScope, mapping: Mapping[str, list[str]], made: Mapping[tuple[str, str], Any]
) -> dict[str, Any]:
    """The values of all inputs of a step, loaded and type-checked.

    ``mapping`` has the keys of each dynamic output that is collected, ``made`` the outputs that were yielded at all.
    """
    values: dict[str, Any] = {}
    for step_input in scope.step.inputs:
        if not step_input.spec.nothing:
            name = step_input.spec.name
            loading = _Loading(scope, step_input, scope.op_def.ins[name], mapping, made)
            values[name] = loading.load(step_input.source)
    for name, value in values.items():
        declared = scope.op_def.ins[name]
        checked = check_value(scope, declared.dagster_type, value)
        scope.emit(
            EventKind.STEP_INPUT,
            f'Got input "{name}" of type "{declared.dagster_type.display_name}".',
            StepInputData(input_name=name, type_check_data=checked.data),
        )
        checked.raise_if_failed(f'The input "{name}" of "{scope.key}"', declared.dagster_type)
    return values


class _Loading:
    """Loads one input."""

    def __init__(
        self,
        scope: StepScope,
        step_input: StepInput,
        declared: In,
        mapping: Mapping[str, list[str]],
        made: Mapping[tuple[str, str], Any],
    ) -> None:
        self.scope = scope
        self.step_input = step_input
        self.declared = declared
        self.mapping = mapping
        self.made = made

    def load(self, source: Source) -> Any:
        if isinstance(source, FromAsset):
            return self._from_asset(source)
        if isinstance(source, FromStep):
            return self._from_step(source)
        if isinstance(source, FromMany):
            return [self.load(each) for each in source.sources if self._was_made(each)]
        if isinstance(source, FromDefault):
            given = self._given()
            return self.declared.default if given is _NOTHING_GIVEN else self._from_config(given)
        return self._from_run(source)

    def _was_made(self, source: Source) -> bool:
        if isinstance(source, FromStep) and not source.collect:
            step = self._concrete(source.step)
            return (step, source.output) in self.made
        return True

    def _concrete(self, step_key: str) -> str:
        """The key of an upstream step in the mapped copy to which this step belongs."""
        if step_key.endswith("[?]") and self.scope.mapping_key is not None:
            return f"{step_key[:-3]}[{self.scope.mapping_key}]"
        return step_key

    def _from_step(self, source: FromStep) -> Any:
        if source.collect:
            return self._collected(source)
        step_key = self._concrete(source.step)
        upstream = self.scope.run_scope.steps[source.step]
        output = next(each for each in upstream.outputs if each.spec.name == source.output)
        mapping_key = self.scope.mapping_key if output.spec.dynamic else None
        return self._load_output(source.step, step_key, source.output, mapping_key)

    def _collected(self, source: FromStep) -> list[Any]:
        upstream = self.scope.run_scope.steps[source.step]
        output = next(each for each in upstream.outputs if each.spec.name == source.output)
        if output.spec.dynamic:
            keys = self.mapping.get(f"{source.step}.{source.output}", [])
            return [self._load_output(source.step, source.step, source.output, key) for key in keys]
        assert upstream.mapped_over is not None
        over = f"{upstream.mapped_over.step}.{upstream.mapped_over.output}"
        base = source.step.removesuffix("[?]")
        return [
            self._load_output(source.step, f"{base}[{key}]", source.output, None)
            for key in self.mapping.get(over, [])
            if (f"{base}[{key}]", source.output) in self.made
        ]

    def _load_output(self, plan_key: str, step_key: str, output_name: str, mapping_key: str | None) -> Any:
        run_scope = self.scope.run_scope
        upstream = run_scope.steps[plan_key]
        output = next(each for each in upstream.outputs if each.spec.name == output_name)
        if output.asset_key is not None and self.scope.step.computation != upstream.computation:
            return self._from_asset(FromAsset(output.asset_key, plan_key, output_name))
        op_def, _ = run_scope.find_op(upstream)
        out = op_def.outs[output_name]
        context = OutputContext(
            step_key=step_key,
            name=output_name,
            job_name=run_scope.run.job_name,
            run_id=run_scope.committed[step_key].run_id
            if step_key in run_scope.committed
            else run_scope.run.run_id,
            definition_metadata=out.metadata,
            mapping_key=mapping_key,
            dagster_type=out.dagster_type,
            op_def=op_def,
            resources=self.scope.all_resources,
            log_manager=self.scope.log,
            asset_key=output.asset_key,
        )
        key = self.step_input.spec.manager_key or output.io_manager_key
        return self._load_through(key, context, output.asset_key, output_name, step_key)

    def _from_asset(self, source: FromAsset) -> Any:
        run_scope = self.scope.run_scope
        upstream = describe_asset(run_scope, source.key, self.scope)
        key = self.step_input.spec.manager_key or asset_manager_key(run_scope, source.key)
        partitions = self.scope.partitions.needed(source.key)
        return self._load_through(
            key, upstream, source.key, source.output or "result", source.step, partitions
        )

    def _load_through(
        self,
        manager_key: str,
        upstream: OutputContext | None = None,
        asset_key: AssetKey | None = None,
        output: str | None = None,
        step: str | None = None,
        partitions: AssetPartitions | None = None,
    ) -> Any:
        """Load by a manager what ``output`` of ``step`` is, or what the manager itself finds; record that."""
        scope = self.scope
        name = self.step_input.spec.name
        context = self._context(manager_key, upstream, asset_key, partitions)
        manager = scope.run_scope.resources.require(manager_key)
        value = load_through(
            manager, manager_key, context, what=f'the input "{name}" of "{scope.key}"', scope=scope
        )
        for observation in context.consume_events():
            scope.emit(EventKind.ASSET_OBSERVATION, "", AssetObservationData(asset_observation=observation))
        origin = f' from output "{output}" of step "{step}"' if step else ""
        scope.emit(
            EventKind.LOADED_INPUT,
            f'Loaded input "{name}" using input manager "{manager_key}"{origin}.',
            LoadedInputData(
                input_name=name,
                manager_key=manager_key,
                upstream_output_name=output if step else None,
                upstream_step_key=step,
                metadata=dict(context.consume_logged_metadata()),
            ),
        )
        return value

    def _context(
        self,
        manager_key: str,
        upstream: OutputContext | None,
        asset_key: AssetKey | None,
        partitions: AssetPartitions | None,
    ) -> InputContext:
        """What the manager is told of this input."""
        scope = self.scope
        return InputContext(
            name=self.step_input.spec.name,
            job_name=scope.run_scope.run.job_name,
            op_def=scope.op_def,
            config=self._manager_config(manager_key),
            resource_config=scope.run_scope.resource_config(manager_key),
            definition_metadata=self.declared.metadata,
            upstream_output=upstream,
            dagster_type=self.declared.dagster_type,
            log_manager=scope.log,
            resources=scope.all_resources,
            step_context=scope.context,
            asset_key=asset_key,
            partition_key=scope.partition_key,
            asset_partition_keys=partitions.keys if partitions is not None else None,
            asset_partitions_def=partitions.definition if partitions is not None else None,
            run_id=scope.run_scope.run.run_id,
            step_key=scope.key,
            instance=scope.run_scope.instance,
        )

    # -- given with the run -------------------------------------------------------------------------------------

    def _given(self) -> Any:
        inputs = self.scope.run_scope.config.op_inputs.get(self.scope.step.handle, {})
        return inputs.get(self.step_input.spec.name, _NOTHING_GIVEN)

    def _manager_config(self, key: str) -> Any:
        """The config for the manager that loads this input, checked against what the manager takes."""
        given = self._given()
        schema = getattr(self.scope.run_scope.resources.definitions.get(key), "input_config_schema", None)
        if schema is None:
            return None if given is _NOTHING_GIVEN else given
        name = self.step_input.spec.name
        return check_config(
            schema,
            ABSENT if given is _NOTHING_GIVEN else given,
            path=("ops", *self.scope.step.handle, "inputs", name),
            what=f'the input "{name}"',
        )

    def _from_run(self, source: FromRunInput) -> Any:
        run_scope = self.scope.run_scope
        if source.graph_input and source.name in run_scope.input_values:
            return run_scope.input_values[source.name]
        if self.step_input.spec.manager_key is not None:
            return self._load_through(self.step_input.spec.manager_key)
        given = self._given()
        if given is _NOTHING_GIVEN and source.graph_input:
            given = run_scope.config.inputs.get(source.name, _NOTHING_GIVEN)
        if given is _NOTHING_GIVEN:
            raise DagsterInvariantViolationError(
                f'Nothing feeds the input "{source.name}" of "{self.scope.key}". Connect it, give it a default, or give '
                f"a value in the run config: ops -> {self.scope.step.handle[-1]} -> inputs -> {source.name}."
            )
        return self._from_config(given)

    def _from_config(self, given: Any) -> Any:
        kind: DagsterType = self.declared.dagster_type
        if kind.loader is not None:
            name = self.step_input.spec.name
            path = ("ops", *self.scope.step.handle, "inputs", name)
            given = check_config(kind.loader.schema_type, given, path=path, what=f'the input "{name}"')
            try:
                return kind.loader.construct_from_config_value(
                    DagsterTypeLoaderContext(self.scope.context), given
                )
            except Exception as error:
                raise DagsterTypeLoadingError(
                    f'The loader of the type "{kind.display_name}" raised for the input '
                    f'"{self.step_input.spec.name}" of "{self.scope.key}".',
                    user_exception=error,
                ) from error
        if isinstance(given, Mapping) and set(given) == {"value"}:
            return given["value"]
        return given


_NOTHING_GIVEN: Any = object()


def load_through(
    manager: Any, manager_key: str, context: InputContext, *, what: str, scope: StepScope | None
) -> Any:
    """Load by an I/O manager. What it raises becomes a :class:`DagsterExecutionLoadInputError` with it as its cause."""
    if not isinstance(manager, InputManager) and not hasattr(manager, "load_input"):
        raise DagsterInvariantViolationError(
            f'The resource "{manager_key}" is to load {what}, but {manager!r} is no I/O manager: it has no load_input.'
        )
    try:
        return manager.load_input(context)
    except Exception as error:
        raise DagsterExecutionLoadInputError(
            f'The I/O manager "{manager_key}" could not load {what}: {error}',
            user_exception=error,
            step_key=scope.key if scope is not None else "",
            input_name=context._name or "",
        ) from error
