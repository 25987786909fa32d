"""Headwater: an orchestrator for data assets.

    import headwater as hw

    @hw.asset
    def numbers():
        return [1, 2, 3]

All public names are in the table below, under the module that has them, and are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import Any

from headwater.definitions.runner import set_runner
from headwater.hosting.alias import set_alias
from headwater.planning.graph_builder import set_graph_builder

__version__ = "0.1.0"

_HOMES: dict[str, tuple[str, ...]] = {
    # -- keys, metadata, events -------------------------------------------------------------------------------
    "headwater.model.key": ("AssetCheckKey", "AssetKey", "AssetOrCheckKey"),
    "headwater.model.table": (
        "TableColumn",
        "TableColumnConstraints",
        "TableColumnDep",
        "TableColumnLineage",
        "TableConstraints",
        "TableRecord",
        "TableSchema",
    ),
    "headwater.model.metadata": (
        "BoolMetadataValue",
        "CodeReferencesMetadataValue",
        "DagsterAssetMetadataValue",
        "DagsterInvalidMetadata",
        "DagsterJobMetadataValue",
        "DagsterRunMetadataValue",
        "FloatMetadataValue",
        "IntMetadataValue",
        "JsonMetadataValue",
        "MarkdownMetadataValue",
        "MetadataValue",
        "NotebookMetadataValue",
        "NullMetadataValue",
        "PathMetadataValue",
        "PoolMetadataValue",
        "PythonArtifactMetadataValue",
        "TableColumnLineageMetadataValue",
        "TableMetadataValue",
        "TableSchemaMetadataValue",
        "TextMetadataValue",
        "TimestampMetadataValue",
        "UrlMetadataValue",
    ),
    "headwater.model.event": (
        "AssetCheckEvaluation",
        "AssetCheckSeverity",
        "AssetMaterialization",
        "AssetObservation",
        "DagsterEvent",
        "DagsterEventType",
        "EventLogEntry",
        "EventLogRecord",
        "EventRecordsFilter",
        "ExpectationResult",
    ),
    "headwater.model.asset_record": ("AssetRecordsFilter",),
    "headwater.model.filter": ("RunShardedEventsCursor",),
    "headwater.model.run_change": ("RunStatusChangeRecordsFilter",),
    "headwater.model.retry": ("Backoff", "Jitter", "RetryPolicy"),
    "headwater.model.run": ("DagsterRun", "DagsterRunStatus", "RunRecord", "RunsFilter"),
    "headwater.model.errors": (
        "DagsterConfigMappingFunctionError",
        "DagsterError",
        "DagsterEventLogInvalidForRun",
        "DagsterExecutionInterruptedError",
        "DagsterExecutionStepExecutionError",
        "DagsterExecutionStepNotFoundError",
        "DagsterInvalidConfigDefinitionError",
        "DagsterInvalidConfigError",
        "DagsterInvalidDefinitionError",
        "DagsterInvalidInvocationError",
        "DagsterInvalidSubsetError",
        "DagsterInvariantViolationError",
        "DagsterResourceFunctionError",
        "DagsterRunNotFoundError",
        "DagsterStepOutputNotFoundError",
        "DagsterSubprocessError",
        "DagsterTypeCheckDidNotPass",
        "DagsterTypeCheckError",
        "DagsterUnknownPartitionError",
        "DagsterUnknownResourceError",
        "DagsterUnmetExecutorRequirementsError",
        "DagsterUserCodeExecutionError",
        "DatabaseAccessError",
        "DatabaseLockedError",
        "DatabaseUnreachableError",
        "HeadwaterError",
        "SchemaChangedError",
        "StorageError",
        "ObjectChangedError",
        "UnsafeKeyError",
        "ValueNotFoundError",
        "VersionNotFoundError",
        "ValueNotStorableError",
        "ValueTypeError",
    ),
    "headwater.model.warning": (
        "BetaWarning",
        "ConfigArgumentWarning",
        "ExperimentalWarning",
        "PreviewWarning",
        "SupersessionWarning",
        "deprecation_warning",
    ),
    "headwater.model.library": ("DagsterLibraryRegistry",),
    "headwater.model.serialized": ("deserialize_value", "serialize_value"),
    "headwater.model.code_reference": ("LocalFileCodeReference", "UrlCodeReference"),
    "headwater.model.metadata_entry": ("MetadataEntry",),
    # -- assets -----------------------------------------------------------------------------------------------
    "headwater.definitions.asset": ("asset",),
    "headwater.definitions.assets_definition": ("AssetsDefinition",),
    "headwater.definitions.asset_spec": ("AssetCheckSpec", "AssetDep", "AssetIn", "AssetOut", "AssetSpec"),
    "headwater.definitions.asset_check": ("AssetChecksDefinition", "asset_check", "multi_asset_check"),
    "headwater.definitions.multi_asset": ("multi_asset",),
    "headwater.definitions.graph_asset": ("graph_asset", "graph_multi_asset"),
    "headwater.definitions.source_asset": ("SourceAsset",),
    "headwater.definitions.observation": (
        "external_assets_from_specs",
        "multi_observable_source_asset",
        "observable_source_asset",
    ),
    "headwater.definitions.load_assets": (
        "load_asset_checks_from_current_module",
        "load_asset_checks_from_modules",
        "load_asset_checks_from_package_module",
        "load_asset_checks_from_package_name",
        "load_assets_from_current_module",
        "load_assets_from_modules",
        "load_assets_from_package_module",
        "load_assets_from_package_name",
    ),
    "headwater.definitions.map_asset_specs": ("map_asset_specs",),
    "headwater.definitions.source_code": (
        "AnchorBasedFilePathMapping",
        "FilePathMapping",
        "link_code_references_to_git",
        "with_source_code_references",
    ),
    "headwater.definitions.metadata_check": (
        "build_column_schema_change_checks",
        "build_metadata_bounds_checks",
    ),
    # -- ops, graphs, jobs --------------------------------------------------------------------------------------
    "headwater.definitions.op": ("OpDefinition", "op"),
    "headwater.definitions.input": ("GraphIn", "In"),
    "headwater.definitions.output": (
        "AssetCheckResult",
        "DataProvenance",
        "DataVersion",
        "DataVersionsByPartition",
        "DynamicOut",
        "DynamicOutput",
        "GraphOut",
        "MaterializeResult",
        "ObserveResult",
        "Out",
        "Output",
    ),
    "headwater.definitions.graph": ("GraphDefinition",),
    "headwater.definitions.graph_body": ("graph", "job"),
    "headwater.definitions.graph_mapping": ("InputMapping", "OutputMapping"),
    "headwater.definitions.dependency": (
        "DependencyDefinition",
        "MultiDependencyDefinition",
        "NodeInvocation",
    ),
    "headwater.definitions.composition": ("PendingNodeInvocation",),
    "headwater.definitions.job": ("JobDefinition",),
    "headwater.definitions.asset_job": ("define_asset_job",),
    "headwater.definitions.hook": ("HookDefinition", "failure_hook", "success_hook"),
    "headwater.definitions.failure": ("Failure", "RetryRequested"),
    "headwater.definitions.executor": (
        "ExecutorDefinition",
        "in_process_executor",
        "multi_or_in_process_executor",
        "multiprocess_executor",
        "threaded_executor",
    ),
    "headwater.execution.run_timeout": ("MAX_RUNTIME_SECONDS_TAG",),
    "headwater.execution.step_timeout": ("STEP_TIMEOUT_SECONDS_TAG",),
    "headwater.definitions.schedule": ("DefaultScheduleStatus", "ScheduleDefinition", "schedule"),
    "headwater.definitions.repository": ("RepositoryDefinition",),
    "headwater.definitions.repository_data": ("RepositoryData",),
    "headwater.definitions.repository_function": ("repository",),
    "headwater.planning.selection": ("AssetSelection",),
    # -- automation and freshness -------------------------------------------------------------------------------
    "headwater.model.automation_condition": ("AutomationCondition",),
    "headwater.definitions.automation_condition_sensor": ("AutomationConditionSensorDefinition",),
    "headwater.definitions.auto_materialize_policy": ("AutoMaterializePolicy",),
    "headwater.definitions.auto_materialize_rule": (
        "AutoMaterializeAssetPartitionsFilter",
        "AutoMaterializeRule",
    ),
    "headwater.planning.freshness_policy": ("FreshnessPolicy", "LegacyFreshnessPolicy"),
    "headwater.definitions.apply_freshness_policy": ("apply_freshness_policy",),
    "headwater.definitions.freshness_check": (
        "build_last_update_freshness_checks",
        "build_sensor_for_freshness_checks",
        "build_time_partition_freshness_checks",
    ),
    "headwater.definitions.freshness_policy_sensor": (
        "FreshnessPolicySensorContext",
        "FreshnessPolicySensorDefinition",
        "build_freshness_policy_sensor_context",
        "freshness_policy_sensor",
    ),
    "headwater.model.partition_status": ("AssetPartitionStatus",),
    "headwater.model.selector": ("CodeLocationSelector", "JobSelector", "RepositorySelector"),
    "headwater.testing.automation_conditions": (
        "EvaluateAutomationConditionsResult",
        "evaluate_automation_conditions",
    ),
    # -- partitions ---------------------------------------------------------------------------------------------
    "headwater.model.partition": (
        "BackfillPolicy",
        "MultiPartitionKey",
        "Partition",
        "PartitionKeyRange",
        "TimeWindow",
    ),
    "headwater.planning.partition_context": ("partition_loading_context",),
    "headwater.planning.partition_definition": ("PartitionsDefinition",),
    "headwater.planning.partition_dynamic": ("DynamicPartitionsDefinition",),
    "headwater.planning.partition_mapping": (
        "AllPartitionMapping",
        "IdentityPartitionMapping",
        "LastPartitionMapping",
        "PartitionMapping",
        "SpecificPartitionsPartitionMapping",
        "StaticPartitionMapping",
    ),
    "headwater.planning.partition_mapping_multi": (
        "DimensionPartitionMapping",
        "MultiPartitionMapping",
        "MultiToSingleDimensionPartitionMapping",
    ),
    "headwater.planning.partition_mapping_time": ("TimeWindowPartitionMapping",),
    "headwater.planning.partition_multi": ("MultiPartitionsDefinition",),
    "headwater.planning.partition_period": (
        "DailyPartitionsDefinition",
        "HourlyPartitionsDefinition",
        "MonthlyPartitionsDefinition",
        "WeeklyPartitionsDefinition",
    ),
    "headwater.planning.partition_static": ("StaticPartitionsDefinition",),
    "headwater.planning.partition_time_window": ("TimeWindowPartitionsDefinition",),
    "headwater.definitions.partitioned_config": (
        "PartitionedConfig",
        "daily_partitioned_config",
        "dynamic_partitioned_config",
        "hourly_partitioned_config",
        "monthly_partitioned_config",
        "partitioned_config",
        "static_partitioned_config",
        "weekly_partitioned_config",
    ),
    "headwater.definitions.partitioned_schedule": ("build_schedule_from_partitioned_job",),
    "headwater.definitions.definitions": (
        "AssetValueLoader",
        "BindResourcesToJobs",
        "Definitions",
        "create_repository_using_definitions_args",
        "materialize",
        "materialize_to_memory",
    ),
    "headwater.definitions.schedule_context": ("ScheduleEvaluationContext", "build_schedule_context"),
    "headwater.model.run_request": (
        "AddDynamicPartitionsRequest",
        "DeleteDynamicPartitionsRequest",
        "RunRequest",
        "SensorResult",
        "SkipReason",
    ),
    "headwater.definitions.sensor": (
        "DefaultSensorStatus",
        "SensorDefinition",
        "SensorReturnTypesUnion",
        "sensor",
    ),
    "headwater.definitions.sensor_context": ("SensorEvaluationContext", "build_sensor_context"),
    "headwater.definitions.asset_sensor": ("AssetSensorDefinition", "asset_sensor"),
    "headwater.definitions.multi_asset_sensor": ("MultiAssetSensorDefinition", "multi_asset_sensor"),
    "headwater.definitions.multi_asset_sensor_context": (
        "MultiAssetSensorEvaluationContext",
        "build_multi_asset_sensor_context",
    ),
    "headwater.definitions.run_status_sensor": (
        "RunStatusSensorDefinition",
        "run_failure_sensor",
        "run_status_sensor",
    ),
    "headwater.definitions.run_status_sensor_context": (
        "RunFailureSensorContext",
        "RunStatusSensorContext",
        "build_run_status_sensor_context",
    ),
    "headwater.definitions.email_on_run_failure": ("make_email_on_run_failure_sensor",),
    "headwater.definitions.load_definitions": (
        "load_definitions_from_current_module",
        "load_definitions_from_module",
        "load_definitions_from_modules",
        "load_definitions_from_package_module",
        "load_definitions_from_package_name",
    ),
    "headwater.definitions.lazy_definitions": ("definitions",),
    # -- types ------------------------------------------------------------------------------------------------
    "headwater.definitions.dagster_type": (
        "DagsterType",
        "DagsterTypeLoader",
        "DagsterTypeLoaderContext",
        "Nothing",
        "PythonObjectDagsterType",
        "TypeCheck",
        "TypeCheckContext",
        "check_dagster_type",
        "dagster_type_loader",
        "make_python_type_usable_as_dagster_type",
        "usable_as_dagster_type",
    ),
    "headwater.definitions.builtin_type": (
        "Any",
        "Bool",
        "Dict",
        "Float",
        "Int",
        "List",
        "Optional",
        "Set",
        "String",
        "Tuple",
    ),
    # -- config and resources -----------------------------------------------------------------------------------
    "headwater.definitions.config_field": (
        "Array",
        "Field",
        "Map",
        "Noneable",
        "Permissive",
        "ScalarUnion",
        "Selector",
        "Shape",
    ),
    "headwater.definitions.config_type": ("BoolSource", "Enum", "EnumValue", "IntSource", "StringSource"),
    "headwater.definitions.config_schema": ("ConfigSchema",),
    "headwater.definitions.config_mapping": ("ConfigMapping", "config_mapping"),
    "headwater.definitions.config": ("Config", "PermissiveConfig"),
    "headwater.definitions.configured": ("configured",),
    "headwater.definitions.env_var": ("EnvVar",),
    "headwater.definitions.run_config": ("RunConfig",),
    "headwater.definitions.resource": (
        "IAttachDifferentObjectToOpContext",
        "ResourceDefinition",
        "make_values_resource",
        "resource",
    ),
    "headwater.definitions.resource_param": ("ResourceParam",),
    "headwater.definitions.configurable_resource": (
        "ConfigurableLegacyResourceAdapter",
        "ConfigurableResource",
        "ConfigurableResourceFactory",
        "ResourceDependency",
    ),
    "headwater.definitions.init_resource_context": ("InitResourceContext",),
    "headwater.definitions.build_resources": ("build_init_resource_context", "build_resources"),
    "headwater.definitions.config_file": (
        "config_from_files",
        "config_from_pkg_resources",
        "config_from_yaml_strings",
    ),
    "headwater.definitions.file_path": ("file_relative_path",),
    "headwater.definitions.with_resources": ("with_resources",),
    "headwater.definitions.run_config_schema": ("validate_run_config",),
    # -- values -----------------------------------------------------------------------------------------------
    "headwater.definitions.io_context": (
        "InputContext",
        "OutputContext",
        "build_input_context",
        "build_output_context",
    ),
    "headwater.definitions.io_manager": (
        "IOManager",
        "IOManagerDefinition",
        "InputManager",
        "InputManagerDefinition",
        "input_manager",
        "io_manager",
    ),
    "headwater.definitions.configurable_io_manager": (
        "ConfigurableIOManager",
        "ConfigurableIOManagerFactory",
        "ConfigurableLegacyIOManagerAdapter",
    ),
    "headwater.io.filesystem": ("FilesystemIOManager",),
    "headwater.io.file_options": ("FileOptions",),
    "headwater.io.s3": ("ConfigurablePickledObjectS3IOManager", "S3PickleIOManager", "s3_pickle_io_manager"),
    "headwater.io.s3_resource": ("S3Resource", "s3_resource"),
    "headwater.io.gcs": (
        "ConfigurablePickledObjectGCSIOManager",
        "GCSPickleIOManager",
        "gcs_pickle_io_manager",
    ),
    "headwater.io.gcs_resource": ("GCSResource", "gcs_resource"),
    "headwater.io.adls2": ("ADLS2PickleIOManager", "ConfigurablePickledObjectADLS2IOManager"),
    "headwater.io.adls2_resource": (
        "ADLS2DefaultAzureCredential",
        "ADLS2Key",
        "ADLS2Resource",
        "ADLS2SASToken",
    ),
    "headwater.io.pickled_files": ("custom_path_fs_io_manager", "fs_io_manager"),
    "headwater.io.memory": ("InMemoryIOManager", "mem_io_manager"),
    "headwater.io.upath": ("UPathIOManager",),
    "headwater.io.duckdb": ("DuckDBIOManager", "build_duckdb_io_manager"),
    "headwater.io.duckdb_pandas": (
        "DuckDBPandasIOManager",
        "DuckDBPandasTypeHandler",
        "duckdb_pandas_io_manager",
    ),
    "headwater.io.duckdb_polars": (
        "DuckDBPolarsIOManager",
        "DuckDBPolarsTypeHandler",
        "duckdb_polars_io_manager",
    ),
    "headwater.io.duckdb_pyspark": (
        "DuckDBPySparkIOManager",
        "DuckDBPySparkTypeHandler",
        "duckdb_pyspark_io_manager",
    ),
    "headwater.io.duckdb_resource": ("DuckDBResource",),
    "headwater.io.delta": (
        "DeltaLakeIOManager",
        "DeltaLakePyArrowTypeHandler",
        "DeltaLakePyarrowIOManager",
    ),
    "headwater.io.delta_options": (
        "AzureConfig",
        "ClientConfig",
        "GcsConfig",
        "LocalConfig",
        "S3Config",
        "WriteMode",
    ),
    "headwater.io.delta_pandas": ("DeltaLakePandasIOManager", "DeltaLakePandasTypeHandler"),
    "headwater.io.delta_polars": ("DeltaLakePolarsIOManager", "DeltaLakePolarsTypeHandler"),
    "headwater.io.delta_resource": ("DeltaTableResource",),
    "headwater.io.iceberg": (
        "IcebergCatalogConfig",
        "IcebergIOManager",
        "PandasIcebergIOManager",
        "PolarsIcebergIOManager",
        "PyArrowIcebergIOManager",
    ),
    "headwater.io.iceberg_resource": ("IcebergTableResource",),
    "headwater.io.postgres": ("PostgresIOManager", "PostgresResource"),
    "headwater.io.snowflake": ("SnowflakeIOManager", "build_snowflake_io_manager"),
    "headwater.io.snowflake_pandas": (
        "SnowflakePandasIOManager",
        "SnowflakePandasTypeHandler",
        "snowflake_pandas_io_manager",
    ),
    "headwater.io.snowflake_polars": (
        "SnowflakePolarsIOManager",
        "SnowflakePolarsTypeHandler",
        "snowflake_polars_io_manager",
    ),
    "headwater.io.snowflake_resource": ("SnowflakeConnection", "SnowflakeResource", "snowflake_resource"),
    "headwater.io.bigquery": ("BigQueryIOManager", "build_bigquery_io_manager"),
    "headwater.io.bigquery_pandas": (
        "BigQueryPandasIOManager",
        "BigQueryPandasTypeHandler",
        "bigquery_pandas_io_manager",
    ),
    "headwater.io.bigquery_resource": ("BigQueryResource", "bigquery_resource"),
    "headwater.io.databricks": ("DatabricksSQLIOManager", "DatabricksSQLResource"),
    "headwater.io.db_io_manager": ("DbTypeHandler",),
    "headwater.io.sql": ("Identifier", "Sql"),
    "headwater.io.table": ("Table",),
    "headwater.io.table_options": ("TableOptions",),
    "headwater.io.file_manager": ("FileHandle", "LocalFileHandle", "LocalFileManager", "local_file_manager"),
    "headwater.io.s3_file_manager": (
        "S3FileHandle",
        "S3FileManager",
        "S3FileManagerResource",
        "s3_file_manager",
    ),
    "headwater.io.gcs_file_manager": (
        "GCSFileHandle",
        "GCSFileManager",
        "GCSFileManagerResource",
        "gcs_file_manager",
    ),
    "headwater.io.adls2_file_manager": (
        "ADLS2FileHandle",
        "ADLS2FileManager",
        "ADLS2FileManagerResource",
        "adls2_file_manager",
    ),
    "headwater.definitions.stored_version": (
        "CollectsVersions",
        "KeepsVersions",
        "StoredVersion",
        "VersionLimits",
    ),
    # -- running ------------------------------------------------------------------------------------------------
    "headwater.execution.context": (
        "AssetCheckExecutionContext",
        "AssetExecutionContext",
        "OpExecutionContext",
    ),
    "headwater.execution.direct_context": (
        "build_asset_check_context",
        "build_asset_context",
        "build_op_context",
    ),
    "headwater.execution.hooks": ("HookContext", "build_hook_context"),
    "headwater.execution.log": ("DagsterLogManager", "get_dagster_logger"),
    "headwater.execution.job_result": ("JobExecutionResult",),
    "headwater.execution.reconstructable": ("build_reconstructable_job", "reconstructable"),
    "headwater.execution.result": ("ExecuteInProcessResult",),
    "headwater.instance.execute_job": ("execute_job",),
    "headwater.instance.event_page": ("EventRecordsResult",),
    "headwater.instance.instance": ("DagsterInstance",),
    "headwater.instance.run_launcher": ("DefaultRunLauncher",),
    "headwater.instance.reexecution": ("ReexecutionOptions",),
    "headwater.testing.instance": ("instance_for_test",),
    "headwater.definitions.logger": (
        "InitLoggerContext",
        "LoggerDefinition",
        "build_init_logger_context",
        "logger",
    ),
    "headwater.definitions.console_logger": (
        "JsonLogFormatter",
        "colored_console_logger",
        "default_loggers",
        "default_system_loggers",
        "json_console_logger",
    ),
    "headwater.definitions.executor_function": (
        "ExecutorRequirement",
        "InitExecutorContext",
        "executor",
        "multiple_process_executor_requirements",
    ),
    "headwater.execution.run": ("Executor",),
    "headwater.execution.execution_interrupts": ("raise_execution_interrupts",),
    # -- pipes --------------------------------------------------------------------------------------------------
    "headwater.execution.pipes.client": ("PipesClient", "PipesClientCompletedInvocation"),
    "headwater.execution.pipes.context_injector": (
        "PipesContextInjector",
        "PipesEnvContextInjector",
        "PipesFileContextInjector",
        "PipesTempFileContextInjector",
    ),
    "headwater.execution.pipes.log_reader": ("PipesLogReader",),
    "headwater.execution.pipes.message_handler": ("PipesExecutionResult", "PipesMessageHandler"),
    "headwater.execution.pipes.message_reader": (
        "PipesCompositeMessageReader",
        "PipesFileMessageReader",
        "PipesMessageReader",
        "PipesTempFileMessageReader",
    ),
    "headwater.execution.pipes.protocol": ("PipesLaunchedData",),
    "headwater.execution.pipes.remote_message_reader": ("PipesBlobStoreMessageReader",),
    "headwater.execution.pipes.session": ("PipesSession", "open_pipes_session"),
    "headwater.execution.pipes.subprocess_client": ("PipesSubprocessClient",),
}


_home_of = {name: module for module, names in _HOMES.items() for name in names}
__all__ = [*_home_of]


def home_of(name: str) -> str:
    """The module that has a public name."""
    return _home_of[name]


def __getattr__(name: str) -> Any:
    module = _home_of.get(name)
    if module is None:
        raise AttributeError(f"module 'headwater' has no attribute {name!r}{_hint(name)}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def _hint(name: str) -> str:
    """The public name that was probably meant. Names that begin with an underscore are asked for by tools."""
    import difflib

    near = [] if name.startswith("_") else difflib.get_close_matches(name, __all__, n=1, cutoff=0.75)
    return f". Did you mean {near[0]!r}?" if near else ""


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def _load_runner() -> Any:
    from headwater.instance.runner import InProcessRunner

    return InProcessRunner()


def _load_graph_builder() -> Any:
    from headwater.definitions.repository import asset_graph_of

    return asset_graph_of


def _install_alias() -> None:
    from headwater.compat.alias import install

    install()


set_runner(_load_runner)
set_graph_builder(_load_graph_builder)
set_alias(_install_alias)
