"""Outputs: checked, stored through their I/O managers, and recorded as materialisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.asset_partition import partitions_def_of
from headwater.definitions.config_check import check_config
from headwater.definitions.config_type import ABSENT
from headwater.definitions.io_context import OutputContext
from headwater.definitions.output import (
    NO_VALUE,
    AssetCheckResult,
    DataVersion,
    DataVersionsByPartition,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)
from headwater.execution.step_scope import StepScope
from headwater.execution.type_check import check_value
from headwater.model.errors import (
    DagsterAssetCheckFailedError,
    DagsterExecutionHandleOutputError,
    DagsterInvariantViolationError,
    DagsterStepOutputNotFoundError,
)
from headwater.model.event import (
    AssetCheckSeverity,
    AssetMaterialization,
    AssetObservation,
    AssetObservationData,
    EventKind,
    HandledOutputData,
    StepMaterializationData,
    StepOutputData,
)
from headwater.model.key import AssetKey
from headwater.model.metadata import AnyMetadataValue, build_metadata
from headwater.model.partition import PARTITION_TAG, MultiPartitionKey
from headwater.planning.plan import StepOutput


class OutputStore:
    """Takes what a step gives, output by output; afterwards ``finish`` looks for what is missing."""

    def __init__(self, scope: StepScope) -> None:
        self.scope = scope
        self.outputs: dict[str, StepOutput] = {output.spec.name: output for output in scope.step.outputs}
        self.mapping_keys: dict[str, list[str]] = {}
        self.failed_blocking: list[str] = []

    # -- taking -------------------------------------------------------------------------------------------------

    def take(self, given: Any) -> None:
        """Take one output or event."""
        if isinstance(given, Output):
            self._take_output(given)
        elif isinstance(given, DynamicOutput):
            self._take_dynamic(given)
        elif isinstance(given, MaterializeResult):
            self._take_result(given)
        elif isinstance(given, ObserveResult):
            self._take_observation(given)
        elif isinstance(given, AssetCheckResult):
            self._take_check(given)
        else:
            self.scope.record(given)

    def _declared(self, name: str) -> StepOutput:
        output = self.outputs.get(name)
        if output is None:
            raise DagsterInvariantViolationError(
                f'"{self.scope.key}" gave an output named "{name}", which it does not declare; '
                f"it declares {', '.join(self.outputs) or 'none'}."
            )
        return output

    def _note(self, name: str, mapping_key: str | None) -> None:
        scope = self.scope
        if (name, mapping_key) in scope.yielded:
            again = f' under the mapping key "{mapping_key}"' if mapping_key is not None else ""
            raise DagsterInvariantViolationError(f'"{scope.key}" gave the output "{name}"{again} twice.')
        if name not in scope.selected_outputs:
            raise DagsterInvariantViolationError(
                f'"{scope.key}" gave the output "{name}", which was not asked for. Look at '
                "context.selected_output_names before you yield."
            )
        scope.yielded.add((name, mapping_key))

    def _take_output(self, given: Output[Any]) -> None:
        name = given.output_name
        output = self._declared(name)
        if output.spec.dynamic:
            raise DagsterInvariantViolationError(
                f'"{self.scope.key}" gave an Output for "{name}", which is dynamic: yield DynamicOutput(value, key).'
            )
        if self.scope.step.is_observation:
            self._observe_output(output, given)
            return
        self._note(name, None)
        self._store(output, given.value, given.metadata, None, given.data_version, given.tags)

    def _take_dynamic(self, given: DynamicOutput[Any]) -> None:
        output = self._declared(given.output_name)
        if not output.spec.dynamic:
            raise DagsterInvariantViolationError(
                f'"{self.scope.key}" gave a DynamicOutput for "{given.output_name}", which is not declared as DynamicOut.'
            )
        self._note(given.output_name, given.mapping_key)
        self.mapping_keys.setdefault(given.output_name, []).append(given.mapping_key)
        self._store(output, given.value, given.metadata, given.mapping_key, None, {})

    def _output_of(self, key: AssetKey | None, what: str) -> StepOutput:
        """The output that makes ``key``, or the only asset."""
        assets = [output for output in self.outputs.values() if output.asset_key is not None]
        if key is None:
            if len(assets) != 1:
                raise DagsterInvariantViolationError(
                    f'"{self.scope.key}" makes {len(assets)} assets and gave a {what} without an asset_key. Say which one.'
                )
            return assets[0]
        for output in assets:
            if output.asset_key == key:
                return output
        raise DagsterInvariantViolationError(
            f'"{self.scope.key}" gave a {what} for "{key.to_user_string()}", which it does not make.'
        )

    def _take_result(self, given: MaterializeResult[Any]) -> None:
        output = self._output_of(given.asset_key, "MaterializeResult")
        self._note(output.spec.name, None)
        self._store(output, given.value, build_metadata(given.metadata), None, given.data_version, given.tags)
        for check in given.check_results:
            self._take_check(check, output.asset_key)

    # -- storing ------------------------------------------------------------------------------------------------

    def _store(
        self,
        output: StepOutput,
        value: Any,
        metadata: Mapping[str, AnyMetadataValue],
        mapping_key: str | None,
        data_version: DataVersion | None,
        tags: Mapping[str, str],
    ) -> None:
        scope = self.scope
        name = output.spec.name
        out = scope.op_def.outs[name]
        kind = out.dagster_type
        carries = value is not NO_VALUE and not (kind.kind == "nothing" and value is None)
        checked = check_value(scope, kind, value) if carries and kind.kind != "nothing" else None
        attached = {**metadata, **scope.output_metadata.get((name, mapping_key), {})}
        said = f" mapping key {mapping_key!r}" if mapping_key else ""
        scope.emit(
            EventKind.STEP_OUTPUT,
            f'Yielded output "{name}"{said} of type "{kind.display_name}".',
            StepOutputData(
                step_key=scope.key,
                output_name=name,
                mapping_key=mapping_key,
                type_check_data=checked.data if checked is not None else None,
                metadata=attached,
            ),
        )
        if checked is not None:
            checked.raise_if_failed(f'The output "{name}" of "{scope.key}"', kind)
        values = scope.run_scope.values
        if values is not None:
            values[(scope.key, name, mapping_key)] = None if value is NO_VALUE else value
        stored: Mapping[str, AnyMetadataValue] = {}
        if carries:
            context = self._context(output, mapping_key, attached)
            self._hand_over(context, output.io_manager_key, value)
            stored = dict(context.get_logged_metadata())
            for event in context.consume_events():
                scope.record(event)
        if output.asset_key is not None:
            self._record_materialization(output.asset_key, {**attached, **stored}, data_version, tags)
        if carries:
            scope.emit(
                EventKind.HANDLED_OUTPUT,
                f'Handled output "{name}" using IO manager "{output.io_manager_key}"',
                HandledOutputData(output_name=name, manager_key=output.io_manager_key, metadata=dict(stored)),
            )

    def _context(
        self, output: StepOutput, mapping_key: str | None, attached: Mapping[str, AnyMetadataValue]
    ) -> OutputContext:
        scope = self.scope
        run_scope = scope.run_scope
        out = scope.op_def.outs[output.spec.name]
        spec, definition, made = None, None, None
        if output.asset_key is not None and scope.assets_def is not None:
            spec = scope.assets_def.specs_by_key[output.asset_key]
            definition = partitions_def_of(scope.assets_def, output.asset_key)
            made = scope.partitions.made(output.asset_key)
        if definition is not None and made is None:
            scope.partitions.run.key(
                definition
            )  # raises: a partitioned asset has no value without a partition
        return OutputContext(
            step_key=scope.key,
            name=output.spec.name,
            job_name=run_scope.run.job_name,
            run_id=run_scope.run.run_id,
            definition_metadata=out.metadata or (spec.metadata if spec is not None else None),
            output_metadata=attached,
            mapping_key=mapping_key,
            config=self._manager_config(output),
            resource_config=run_scope.resource_config(output.io_manager_key),
            dagster_type=out.dagster_type,
            log_manager=scope.log,
            resources=scope.all_resources,
            op_def=scope.op_def,
            asset_key=output.asset_key,
            asset_spec=spec,
            partition_key=scope.partition_key,
            asset_partition_keys=made.keys if made is not None else None,
            asset_partitions_def=definition,
            step_context=scope.context,
            run_tags=run_scope.run.tags,
        )

    def _manager_config(self, output: StepOutput) -> Any:
        """The config for the manager that stores an output, checked against what the manager takes."""
        scope = self.scope
        definition = scope.run_scope.resources.definitions.get(output.io_manager_key)
        given = scope.run_scope.config.op_outputs.get(scope.step.handle)
        schema = getattr(definition, "output_config_schema", None)
        name = output.spec.name
        found = given.get(name, ABSENT) if isinstance(given, Mapping) else ABSENT
        if schema is None:
            return None if found is ABSENT else found
        return check_config(
            schema, found, path=("ops", *scope.step.handle, "outputs", name), what=f'"{name}"'
        )

    def _hand_over(self, context: OutputContext, manager_key: str, value: Any) -> None:
        scope = self.scope
        manager = scope.run_scope.resources.require(manager_key)
        if not hasattr(manager, "handle_output"):
            raise DagsterInvariantViolationError(
                f'The resource "{manager_key}" is to store the output "{context.name}" of "{scope.key}", but '
                f"{manager!r} is no I/O manager: it has no handle_output."
            )
        try:
            given = manager.handle_output(context, value)
            if given is not None:
                self._take_yielded(context, given)
        except Exception as error:
            raise DagsterExecutionHandleOutputError(
                f'The I/O manager "{manager_key}" could not store the output "{context.name}" of "{scope.key}": {error}',
                user_exception=error,
                step_key=scope.key,
                output_name=context.name,
            ) from error

    def _take_yielded(self, context: OutputContext, given: Any) -> None:
        """What an older I/O manager yields while it stores: materialisations, or a mapping of metadata."""
        for each in given if hasattr(given, "__next__") else ():
            if isinstance(each, (AssetMaterialization, AssetObservation)):
                context.log_event(each)
            else:
                context.add_output_metadata(each if isinstance(each, Mapping) else {each.label: each.value})

    def _record_materialization(
        self,
        key: AssetKey,
        metadata: Mapping[str, AnyMetadataValue],
        data_version: DataVersion | None,
        tags: Mapping[str, str],
    ) -> None:
        scope = self.scope
        version_tags = scope.run_scope.version_tags(key, data_version)
        made = scope.partitions.made(key)
        for partition in made.keys if made is not None else [None]:
            materialization = AssetMaterialization(
                asset_key=key,
                metadata=metadata,
                partition=str(partition) if partition is not None else None,
                tags={**version_tags, **_dimension_tags(partition), **tags},
            )
            scope.emit(
                EventKind.ASSET_MATERIALIZATION,
                f"Materialized value {materialization.label}.",
                StepMaterializationData(materialization=materialization),
            )

    # -- observing ----------------------------------------------------------------------------------------------

    def _observe_output(self, output: StepOutput, given: Output[Any]) -> None:
        self._note(output.spec.name, None)
        key = output.asset_key
        assert key is not None
        value = given.value
        versions: dict[str | None, DataVersion | None]
        if isinstance(value, DataVersionsByPartition):
            versions = {}
            versions.update(value.data_versions_by_partition)
        elif isinstance(value, DataVersion):
            versions = {None: value}
        elif value is None:
            versions = {None: None}
        else:
            raise DagsterInvariantViolationError(
                f'The observation of "{key.to_user_string()}" returned {value!r}; return a DataVersion, a '
                "DataVersionsByPartition or an ObserveResult."
            )
        for partition, version in versions.items():
            self._record_observation(key, given.metadata, version, {}, partition)
        self._emit_output(output)

    def _emit_output(self, output: StepOutput) -> None:
        self.scope.emit(
            EventKind.STEP_OUTPUT,
            f'Yielded output "{output.spec.name}".',
            StepOutputData(step_key=self.scope.key, output_name=output.spec.name),
        )

    def _take_observation(self, given: ObserveResult) -> None:
        output = self._output_of(given.asset_key, "ObserveResult")
        self._note(output.spec.name, None)
        assert output.asset_key is not None
        alone = (
            len(self.outputs) == 1
        )  # Dagster records a lone observation before its output, several after theirs
        if not alone:
            self._emit_output(output)
        self._record_observation(
            output.asset_key, build_metadata(given.metadata), given.data_version, given.tags, None
        )
        if alone:
            self._emit_output(output)
        for check in given.check_results:
            self._take_check(check, output.asset_key)

    def _record_observation(
        self,
        key: AssetKey,
        metadata: Mapping[str, AnyMetadataValue],
        version: DataVersion | None,
        tags: Mapping[str, str],
        partition: str | None,
    ) -> None:
        all_tags = dict(tags)
        if version is not None:
            all_tags["dagster/data_version"] = version.value
            self.scope.run_scope.note_version(key, version.value)
        observation = AssetObservation(key, metadata=metadata, tags=all_tags, partition=partition)
        self.scope.emit(
            EventKind.ASSET_OBSERVATION,
            f"Observed {observation.label}.",
            AssetObservationData(asset_observation=observation),
        )

    # -- checks -------------------------------------------------------------------------------------------------

    def _take_check(self, given: AssetCheckResult, asset_key: AssetKey | None = None) -> None:
        scope = self.scope
        wanted_key = given.asset_key or asset_key
        fitting = [
            (name, key)
            for name, key in scope.check_by_output.items()
            if (wanted_key is None or key.asset_key == wanted_key)
            and (given.check_name is None or key.name == given.check_name)
        ]
        if len(fitting) != 1:
            known = ", ".join(key.to_user_string() for key in scope.check_by_output.values()) or "none"
            problem = "fits several of its checks" if fitting else "fits none of its checks"
            raise DagsterInvariantViolationError(
                f'"{scope.key}" gave an AssetCheckResult that {problem} ({known}). Give asset_key and check_name.'
            )
        name, key = fitting[0]
        self._note(name, None)
        assert scope.assets_def is not None
        spec = scope.assets_def.check_specs_by_output_name[name]
        scope.emit(
            EventKind.STEP_OUTPUT,
            f'Yielded output "{name}".',
            StepOutputData(step_key=scope.key, output_name=name),
        )
        evaluation = given.to_evaluation(
            key.asset_key, key.name, blocking=spec.blocking, partition=scope.partition_key
        )
        scope.record(evaluation)
        if scope.run_scope.values is not None:
            scope.run_scope.values[(scope.key, name, None)] = None
        if spec.blocking and not given.passed and given.severity is AssetCheckSeverity.ERROR:
            self.failed_blocking.append(key.to_user_string())

    # -- the end ------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Look for outputs that are missing, and for blocking checks that failed.

        Raises :class:`DagsterStepOutputNotFoundError` and :class:`DagsterAssetCheckFailedError`.
        """
        scope = self.scope
        given = {name for name, _ in scope.yielded}
        for name, output in self.outputs.items():
            if name in given or name not in scope.selected_outputs or output.spec.dynamic:
                continue
            if output.asset_key is not None and output.spec.nothing and output.spec.required:
                self._take_output(Output(None, name))
            elif output.spec.required and output.check_key is not None:
                raise DagsterInvariantViolationError(
                    f'"{scope.key}" ended without a result for its check "{output.check_key.to_user_string()}". '
                    "Return or yield an AssetCheckResult for it."
                )
            elif output.spec.required:
                raise DagsterStepOutputNotFoundError(
                    f'"{scope.key}" ended without giving its output "{name}". Return or yield it, or declare it with '
                    "is_required=False.",
                    step_key=scope.key,
                    output_name=name,
                )
        if self.failed_blocking:
            raise DagsterAssetCheckFailedError(
                f"Blocking checks failed: {', '.join(self.failed_blocking)}. Nothing downstream is run."
            )


def _dimension_tags(partition: str | None) -> dict[str, str]:
    """The key of each dimension, for a partition of several."""
    if not isinstance(partition, MultiPartitionKey):
        return {}
    return {f"{PARTITION_TAG}/{name}": key for name, key in partition.keys_by_dimension.items()}
