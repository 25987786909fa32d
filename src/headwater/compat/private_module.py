"""Modules that are private to Dagster but which real projects import from: what their names mean here.

A private module answers, in this order, with what ``RENAMED`` says, with what is in the modules of ``HOMES``,
and with the public names. Modules which only hold public names are listed in ``private_modules.txt``; any
other does not exist.
"""

from __future__ import annotations

from pathlib import Path

from headwater.compat.libraries import Names

_CORE = "dagster._core."
_CHECKS = "headwater.compat.check"
_PIPES = tuple(
    f"headwater.execution.pipes.{name}"
    for name in ("context_data", "log_reader", "protocol", "remote_message_reader")
)

RENAMED: dict[str, Names] = {
    "dagster._serdes": {
        "deserialize_value": ("headwater.model.serialized", "deserialize_value"),
        "serialize_value": ("headwater.model.serialized", "serialize_value"),
    },
    "dagster._time": {"get_current_datetime": ("headwater.compat.clock", "get_current_datetime")},
    "dagster._record": {"record": ("headwater.compat.record", "record")},
    "dagster._utils": {
        "file_relative_path": ("headwater.definitions.file_path", "file_relative_path"),
        "safe_tempfile_path": ("headwater.compat.temporary_file", "safe_tempfile_path"),
    },
    "dagster._utils.backoff": {"backoff": ("headwater.compat.backoff", "backoff")},
    "dagster._utils.cached_method": {"cached_method": ("headwater.compat.cached_method", "cached_method")},
    "dagster._utils.error": {"SerializableErrorInfo": ("headwater.model.error_info", "ErrorInfo")},
    "dagster._utils.merger": {
        "deep_merge_dicts": ("headwater.definitions.config_file", "merge_config"),
        "merge_dicts": ("headwater.compat.merge", "merge_dicts"),
    },
    "dagster._utils.partitions": {
        "DEFAULT_DATE_FORMAT": ("headwater.planning.partition_period", "DATE_FORMAT"),
        "DEFAULT_HOURLY_FORMAT_WITHOUT_TIMEZONE": ("headwater.planning.partition_period", "HOUR_FORMAT"),
    },
    "dagster._utils.test": {
        "wrap_op_in_graph": ("headwater.compat.wrapped_op", "wrap_op_in_graph"),
        "wrap_op_in_graph_and_execute": ("headwater.compat.wrapped_op", "wrap_op_in_graph_and_execute"),
    },
    _CORE + "definitions.data_version": {
        "DATA_VERSION_TAG": ("headwater.execution.run_scope", "DATA_VERSION_TAG"),
        "CODE_VERSION_TAG": ("headwater.execution.run_scope", "CODE_VERSION_TAG"),
    },
    _CORE + "definitions.partition": {
        "ScheduleType": ("headwater.planning.partition_schedule_type", "ScheduleType"),
    },
    _CORE + "definitions.unresolved_asset_job_definition": {
        "UnresolvedAssetJobDefinition": ("headwater.definitions.asset_job", "UnresolvedAssetJobDefinition"),
    },
    _CORE + "events": {
        "AssetMaterializationPlannedData": ("headwater.model.event", "AssetPlannedData"),
    },
    _CORE + "execution.plan.objects": {"StepFailureData": ("headwater.model.event", "StepFailureData")},
    _CORE + "storage.db_io_manager": {
        "DbIOManager": ("headwater.io.db_io_manager", "DbIOManager"),
        "DbTypeHandler": ("headwater.io.db_io_manager", "DbTypeHandler"),
        "TablePartitionDimension": ("headwater.io.table_slice", "TablePartitionDimension"),
        "TableSlice": ("headwater.io.table_slice", "TableSlice"),
    },
    _CORE + "utils": {"parse_env_var": ("headwater.compat.env_var_text", "parse_env_var")},
    _CORE + "test_utils": {
        "environ": ("headwater.testing.environment", "environ"),
        "instance_for_test": ("headwater.testing.instance", "instance_for_test"),
    },
}
"""Private module -> name -> (module, name) of the counterpart."""

HOMES: dict[str, tuple[str, ...]] = {
    "dagster._annotations": ("headwater.compat.annotations",),
    "dagster._check": (_CHECKS,),
    "dagster._check.functions": (_CHECKS,),
    "dagster_shared.check": (_CHECKS,),
    "dagster_shared.error": ("headwater.model.error_info",),
    "dagster_shared.record": ("headwater.compat.record",),
    _CORE + "errors": ("headwater.model.errors",),
    _CORE + "events": ("headwater.model.event",),
    _CORE + "storage.tags": ("headwater.compat.tags",),
    _CORE + "pipes.client": _PIPES,
    _CORE + "pipes.context": _PIPES,
    _CORE + "pipes.utils": _PIPES,
}
"""Private module -> the modules whose names it has."""

HOLDING_PUBLIC_NAMES = frozenset((Path(__file__).parent / "private_modules.txt").read_text().split())
"""Private modules from which public names are imported."""


def _with_parents(names: frozenset[str]) -> frozenset[str]:
    found = set(names)
    for name in names:
        while "." in name:
            name = name.rpartition(".")[0]
            found.add(name)
    return frozenset(found)


MODULES = _with_parents(frozenset([*RENAMED, *HOMES, *HOLDING_PUBLIC_NAMES]))
"""Every private module that can be imported, with the packages above them."""
