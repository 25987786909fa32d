"""What a Pipes process learns about the step that it works for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.execution.context import OpExecutionContext
from headwater.execution.pipes.protocol import PipesContextData
from headwater.model.errors import CheckError, DagsterInvariantViolationError
from headwater.model.key import AssetKey


def build_external_execution_context_data(
    context: OpExecutionContext, extras: Mapping[str, Any] | None = None
) -> PipesContextData:
    """The step's assets, versions, partition, run and attempt, and the user's ``extras``, as plain data."""
    keys = sorted(context.selected_asset_keys) if context.has_assets_def else []
    return {
        "asset_keys": [key.to_escaped_user_string() for key in keys] or None,
        "code_version_by_asset_key": _code_versions(context, keys),
        "provenance_by_asset_key": _provenance(context, keys),
        **_partitions(context),
        "run_id": context.run_id,
        "job_name": context.job_name,
        "retry_number": context.retry_number,
        "extras": dict(extras or {}),
    }


def _partitions(context: OpExecutionContext) -> dict[str, Any]:
    if not (context.has_partition_key or context.has_partition_key_range):
        return {"partition_key": None, "partition_key_range": None, "partition_time_window": None}
    start, end = context.partition_key_range
    try:
        window = context.partition_time_window
    except (CheckError, DagsterInvariantViolationError):  # partitions that are not of time
        window = None
    return {
        "partition_key": str(context.partition_key) if context.has_partition_key else None,
        "partition_key_range": {"start": str(start), "end": str(end)},
        "partition_time_window": window
        and {"start": window.start.isoformat(), "end": window.end.isoformat()},
    }


def _code_versions(context: OpExecutionContext, keys: list[AssetKey]) -> dict[str, str | None] | None:
    if not keys:
        return None
    versions = context.assets_def.code_versions_by_key
    return {key.to_escaped_user_string(): versions.get(key) for key in keys}


def _provenance(context: OpExecutionContext, keys: list[AssetKey]) -> dict[str, Any] | None:
    if not keys:
        return None
    found = {key.to_escaped_user_string(): context.get_asset_provenance(key) for key in keys}
    return {
        name: provenance
        and {
            "code_version": provenance.code_version,
            "input_data_versions": {
                key.to_escaped_user_string(): version.value
                for key, version in provenance.input_data_versions.items()
            },
            "is_user_provided": provenance.is_user_provided,
        }
        for name, provenance in found.items()
    }
