"""The stored value of an asset: where it is, and loading it outside of any input."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.stored_version import KeepsVersions, version_at
from headwater.execution.run_partitions import RunPartitions, typed_key
from headwater.execution.run_scope import RunScope
from headwater.execution.step_partitions import AssetPartitions, StepPartitions
from headwater.execution.step_scope import StepScope
from headwater.model.errors import CheckError, VersionNotFoundError
from headwater.model.key import AssetKey


def asset_manager_key(run_scope: RunScope, key: AssetKey) -> str:
    """The resource key of the I/O manager that stores an asset."""
    definition = run_scope.repository.definition_by_key.get(key)
    return definition.io_manager_key_of(key) if definition is not None else "io_manager"


def describe_asset(run_scope: RunScope, key: AssetKey, scope: StepScope | None) -> OutputContext:
    """The stored output that an asset is, as an input's ``upstream_output``."""
    definition = run_scope.repository.definition_by_key.get(key)
    metadata: Mapping[str, Any] = {}
    dagster_type, op_def, name, spec = None, None, "result", None
    if definition is not None:
        spec = definition.specs_by_key[key]
        metadata = spec.metadata
        if definition.node_def is not None:
            name = definition.get_output_name_for_asset_key(key)
            out = definition.node_def.output_dict[name]
            dagster_type, op_def = out.dagster_type, definition.node_def
            metadata = out.metadata or metadata
    return OutputContext(
        step_key=op_def.name if op_def is not None else None,
        name=name,
        job_name=run_scope.run.job_name,
        run_id=run_scope.run.run_id,
        definition_metadata=metadata,
        dagster_type=dagster_type,
        op_def=op_def,
        asset_key=key,
        asset_spec=spec,
        resources=scope.all_resources if scope is not None else None,
        log_manager=scope.log if scope is not None else None,
    )


def load_asset_value(
    run_scope: RunScope,
    key: AssetKey,
    *,
    python_type: Any = None,
    partition_key: str | None = None,
    step: StepScope | None = None,
    metadata: Mapping[str, Any] | None = None,
    version: str | None = None,
    as_of: datetime.datetime | str | None = None,
) -> Any:
    """The stored value of an asset, outside of any input; with ``version`` or ``as_of``, as it was before.

    Of a partitioned one the partition that is asked for; else those which the step needs, or all, without a step.
    ``as_of`` is a moment (text as in ISO 8601; UTC where it has no offset): the version that was stored last at or before
    it is loaded. Raises :class:`VersionNotFoundError` where that is not kept.
    """
    context = stored_input(
        run_scope, key, python_type=python_type, partition_key=partition_key, step=step, metadata=metadata
    )
    if version is None and as_of is None:
        return run_scope.resources.require(asset_manager_key(run_scope, key)).load_input(context)
    manager = manager_with_versions(run_scope, key)
    if as_of is not None:
        if version is not None:
            raise CheckError("Say version= or as_of=, not both.")
        version = _find_version(manager, context, _moment(as_of))
    assert version is not None
    return manager.load_version(context, version)


def _find_version(manager: KeepsVersions, context: InputContext, moment: datetime.datetime) -> str:
    versions = manager.list_versions(context)
    found = version_at(versions, moment)
    if found is None:
        subject = f'the asset "{context.asset_key.to_user_string()}"'
        wanted = f"stored at or before {moment.isoformat(timespec='seconds')}"
        raise VersionNotFoundError(subject, wanted, [each.version_id for each in versions])
    return found.version_id


def _moment(given: datetime.datetime | str) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(given) if isinstance(given, str) else given
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)


def manager_with_versions(run_scope: RunScope, key: AssetKey) -> KeepsVersions:
    """The I/O manager of an asset. Raises :class:`VersionNotFoundError` where it keeps no versions."""
    manager = run_scope.resources.require(asset_manager_key(run_scope, key))
    if not isinstance(manager, KeepsVersions):
        raise VersionNotFoundError(f'the asset "{key.to_user_string()}"', None, [])
    return manager


def stored_input(
    run_scope: RunScope,
    key: AssetKey,
    *,
    python_type: Any = None,
    partition_key: str | None = None,
    step: StepScope | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> InputContext:
    """What an I/O manager is told of an asset that is to be loaded outside of any input."""
    resources = step.all_resources if step is not None else run_scope.resources.view()
    upstream = describe_asset(run_scope, key, step)
    kind = resolve_dagster_type(python_type) if python_type is not None else upstream.dagster_type
    partitions = _wanted_partitions(run_scope, key, partition_key, step)
    return InputContext(
        name=None,
        job_name=run_scope.run.job_name,
        definition_metadata=metadata or {},
        upstream_output=upstream,
        dagster_type=kind,
        log_manager=step.log if step is not None else None,
        resources=resources,
        asset_key=key,
        partition_key=partition_key,
        asset_partition_keys=partitions.keys if partitions is not None else None,
        asset_partitions_def=partitions.definition if partitions is not None else None,
        instance=run_scope.instance,
        run_id=run_scope.run.run_id,
    )


def _wanted_partitions(
    run_scope: RunScope, key: AssetKey, partition_key: str | None, step: StepScope | None
) -> AssetPartitions | None:
    known = run_scope.repository.definition_by_key
    partitions = (
        step.partitions
        if step is not None
        else StepPartitions(RunPartitions({}, run_scope.instance), None, known)
    )
    definition = partitions.definition_of(key)
    if definition is None:
        return None
    if partition_key is not None:
        return AssetPartitions(definition, [typed_key(definition, partition_key)])
    return partitions.needed(key)
