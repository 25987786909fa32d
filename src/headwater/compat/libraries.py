"""Dagster's libraries: where the names of those with a counterpart are, and which have none."""

from __future__ import annotations

from pathlib import Path

Names = dict[str, tuple[str, str]]

_DUCKDB = "headwater.io.duckdb"
_PANDAS = "headwater.io.duckdb_pandas"

_DELTA_SETTINGS = ("AzureConfig", "GcsConfig", "LocalConfig", "S3Config", "WriteMode", "WriterEngine")
_ADLS2_ACCESS = ("ADLS2DefaultAzureCredential", "ADLS2Key", "ADLS2Resource", "ADLS2SASToken")
_ADLS2_FILES = ("ADLS2FileHandle", "ADLS2FileManager", "adls2_file_manager")
_GCS_FILES: Names = {
    name: ("headwater.io.gcs_file_manager", name)
    for name in ("GCSFileHandle", "GCSFileManager", "GCSFileManagerResource", "gcs_file_manager")
}
_GCS: Names = {
    **_GCS_FILES,
    **{name: ("headwater.io.gcs_resource", name) for name in ("GCSResource", "gcs_resource")},
    **{
        name: ("headwater.io.gcs", name)
        for name in (
            "ConfigurablePickledObjectGCSIOManager",
            "GCSPickleIOManager",
            "PickledObjectGCSIOManager",
            "gcs_pickle_io_manager",
        )
    },
}

_BIGQUERY: Names = {
    **{name: ("headwater.io.bigquery", name) for name in ("BigQueryIOManager", "build_bigquery_io_manager")},
    **{
        name: ("headwater.io.bigquery_resource", name)
        for name in ("BigQueryResource", "bigquery_resource", "fetch_last_updated_timestamps")
    },
}

LIBRARIES: dict[str, Names] = {
    "dagster_aws": {},
    "dagster_aws.s3": {
        **{
            name: ("headwater.io.s3_file_manager", name)
            for name in ("S3FileHandle", "S3FileManager", "S3FileManagerResource", "s3_file_manager")
        },
        **{name: ("headwater.io.s3_resource", name) for name in ("S3Resource", "s3_resource")},
        **{
            name: ("headwater.io.s3", name)
            for name in (
                "ConfigurablePickledObjectS3IOManager",
                "PickledObjectS3IOManager",
                "S3PickleIOManager",
                "s3_pickle_io_manager",
            )
        },
    },
    "dagster_azure": {},
    "dagster_azure.adls2": {
        **{name: ("headwater.io.adls2_file_manager", name) for name in _ADLS2_FILES},
        **{name: ("headwater.io.adls2_resource", name) for name in _ADLS2_ACCESS},
        **{
            name: ("headwater.io.adls2", name)
            for name in ("ADLS2PickleIOManager", "ConfigurablePickledObjectADLS2IOManager")
        },
    },
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
    "dagster_duckdb_polars": {
        name: ("headwater.io.duckdb_polars", name)
        for name in ("DuckDBPolarsIOManager", "DuckDBPolarsTypeHandler", "duckdb_polars_io_manager")
    },
    "dagster_duckdb_pyspark": {
        name: ("headwater.io.duckdb_pyspark", name)
        for name in ("DuckDBPySparkIOManager", "DuckDBPySparkTypeHandler", "duckdb_pyspark_io_manager")
    },
    "dagster_deltalake": {
        **{name: ("headwater.io.delta_options", name) for name in _DELTA_SETTINGS},
        **{
            name: ("headwater.io.delta", name)
            for name in ("DeltaLakeIOManager", "DeltaLakePyArrowTypeHandler", "DeltaLakePyarrowIOManager")
        },
        "DeltaTableResource": ("headwater.io.delta_resource", "DeltaTableResource"),
        "DbTypeHandler": ("headwater.io.db_io_manager", "DbTypeHandler"),
    },
    "dagster_deltalake.config": {
        name: ("headwater.io.delta_options", name) for name in ("ClientConfig", *_DELTA_SETTINGS[:4])
    },
    "dagster_deltalake_pandas": {
        name: ("headwater.io.delta_pandas", name)
        for name in ("DeltaLakePandasIOManager", "DeltaLakePandasTypeHandler")
    },
    "dagster_deltalake_polars": {
        name: ("headwater.io.delta_polars", name)
        for name in ("DeltaLakePolarsIOManager", "DeltaLakePolarsTypeHandler")
    },
    "dagster_gcp": {**_GCS, **_BIGQUERY},
    "dagster_gcp.bigquery": _BIGQUERY,
    "dagster_gcp.gcs": _GCS,
    "dagster_iceberg": {},
    "dagster_iceberg.config": {"IcebergCatalogConfig": ("headwater.io.iceberg", "IcebergCatalogConfig")},
    "dagster_iceberg.io_manager": {},
    "dagster_iceberg.io_manager.arrow": {
        "PyArrowIcebergIOManager": ("headwater.io.iceberg", "PyArrowIcebergIOManager")
    },
    "dagster_iceberg.io_manager.pandas": {
        "PandasIcebergIOManager": ("headwater.io.iceberg", "PandasIcebergIOManager")
    },
    "dagster_iceberg.io_manager.polars": {
        "PolarsIcebergIOManager": ("headwater.io.iceberg", "PolarsIcebergIOManager")
    },
    "dagster_iceberg.resource": {
        "IcebergTableResource": ("headwater.io.iceberg_resource", "IcebergTableResource")
    },
    "dagster_gcp_pandas": {
        name: ("headwater.io.bigquery_pandas", name)
        for name in ("BigQueryPandasIOManager", "BigQueryPandasTypeHandler", "bigquery_pandas_io_manager")
    },
    "dagster_snowflake": {
        **{
            name: ("headwater.io.snowflake", name)
            for name in ("SnowflakeIOManager", "build_snowflake_io_manager")
        },
        **{
            name: ("headwater.io.snowflake_resource", name)
            for name in (
                "SnowflakeConnection",
                "SnowflakeResource",
                "fetch_last_updated_timestamps",
                "snowflake_resource",
            )
        },
    },
    "dagster_snowflake_pandas": {
        name: ("headwater.io.snowflake_pandas", name)
        for name in ("SnowflakePandasIOManager", "SnowflakePandasTypeHandler", "snowflake_pandas_io_manager")
    },
    "dagster_snowflake_polars": {
        name: ("headwater.io.snowflake_polars", name)
        for name in ("SnowflakePolarsIOManager", "SnowflakePolarsTypeHandler", "snowflake_polars_io_manager")
    },
    "dagster_shared": {
        "record": ("headwater.compat.record", "record"),
        "DagsterModel": ("headwater.compat.dagster_model", "DagsterModel"),
        "CheckError": ("headwater.model.errors", "CheckError"),
        "SerializableErrorInfo": ("headwater.model.error_info", "ErrorInfo"),
    },
}
"""Library -> name -> (module, name) of the counterpart."""

WITHOUT_COUNTERPART = frozenset((Path(__file__).parent / "libraries.txt").read_text().split())
"""Libraries that would reach into Dagster's insides.

``dagster_pipes`` is not among them: it stands on its own and is used as it is. Other modules of a like name
(``dagster_project``) are the user's.
"""
