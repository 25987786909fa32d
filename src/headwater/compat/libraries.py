"""Where the names of Dagster's libraries and private modules have their counterparts."""

from __future__ import annotations

Names = dict[str, tuple[str, str]]

_DUCKDB = "headwater.io.duckdb"
_PANDAS = "headwater.io.duckdb_pandas"

LIBRARIES: dict[str, Names] = {
    "dagster_duckdb": {
        "DuckDBIOManager": (_DUCKDB, "DuckDBIOManager"),
        "DuckDBResource": ("headwater.io.duckdb_resource", "DuckDBResource"),
        "build_duckdb_io_manager": (_DUCKDB, "build_duckdb_io_manager"),
    },
    "dagster_duckdb_pandas": {
        "DuckDBPandasIOManager": (_PANDAS, "DuckDBPandasIOManager"),
        "DuckDBPandasTypeHandler": (_PANDAS, "DuckDBPandasTypeHandler"),
        "duckdb_pandas_io_manager": (_PANDAS, "duckdb_pandas_io_manager"),
    },
}
"""Module -> name -> (module, name) of the counterpart."""

PRIVATE: dict[str, Names] = {
    "dagster._core.test_utils": {
        "instance_for_test": ("headwater.testing.instance", "instance_for_test"),
        "environ": ("headwater.testing.environment", "environ"),
    },
    "dagster._utils": {"file_relative_path": ("headwater.definitions.file_path", "file_relative_path")},
    "dagster._core.storage.db_io_manager": {
        "TableSlice": ("headwater.io.table_slice", "TableSlice"),
        "TablePartitionDimension": ("headwater.io.table_slice", "TablePartitionDimension"),
        "DbTypeHandler": ("headwater.io.table", "DbTypeHandler"),
    },
    "dagster._core.definitions.data_version": {
        "DATA_VERSION_TAG": ("headwater.execution.run_scope", "DATA_VERSION_TAG"),
    },
    "dagster._core.definitions.unresolved_asset_job_definition": {
        "UnresolvedAssetJobDefinition": ("headwater.definitions.job", "UnresolvedAssetJobDefinition"),
    },
    "dagster._core.events": {
        name: ("headwater.model.event", name)
        for name in ("EngineEventData", "StepMaterializationData", "DagsterEventType")
    },
    "dagster._core.execution.plan.objects": {"StepFailureData": ("headwater.model.event", "StepFailureData")},
}
"""Private modules which real projects import, and what they mean here. Other private modules give public names only."""
