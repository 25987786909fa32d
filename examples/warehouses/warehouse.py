"""Facts and staging tables in a warehouse, chosen by one variable; on a laptop in a DuckDB file."""

import os

import pandas as pd

import headwater as hw


@hw.asset(key_prefix="staging", io_manager_key="tables")
def deliveries() -> pd.DataFrame:
    """What came in: appended, once in each run."""
    return pd.DataFrame({"id": [1, 2], "weight": [12.5, 3.0]})


@hw.asset(
    key_prefix="marts",
    group_name="facts",
    io_manager_key="tables",
    ins={"deliveries": hw.AssetIn(["staging", "deliveries"])},
)
def heavy(deliveries: hw.Table) -> hw.Sql:
    """The heavy ones, by a query that stays in the warehouse."""
    return hw.Sql("SELECT DISTINCT * FROM {rows}", rows=deliveries.where("weight > {kilos}", kilos=10))


def how_tables_are_written() -> dict[str, hw.TableOptions]:
    """The first pattern that fits an asset; what its own metadata says comes before."""
    return {
        "staging/*": hw.TableOptions(write_mode="append", schema_contract="evolve"),
        "group:facts": hw.TableOptions(write_mode="merge", keys=["id"]),
    }


def where_tables_lie() -> object:
    """Snowflake, BigQuery or Databricks where WAREHOUSE says so: the assets stay as they are."""
    options = how_tables_are_written()
    match os.environ.get("WAREHOUSE"):
        case "snowflake":
            return hw.SnowflakeIOManager(
                account=hw.EnvVar("SNOWFLAKE_ACCOUNT"),
                user=hw.EnvVar("SNOWFLAKE_USER"),
                password=hw.EnvVar("SNOWFLAKE_PASSWORD"),
                database="analytics",
                warehouse="loading",
                options=options,
            )
        case "bigquery":
            return hw.BigQueryIOManager(project="acme-analytics", location="EU", options=options)
        case "databricks":
            return hw.DatabricksSQLIOManager(
                server_hostname=hw.EnvVar("DATABRICKS_HOST"),
                http_path=hw.EnvVar("DATABRICKS_HTTP_PATH"),
                access_token=hw.EnvVar("DATABRICKS_TOKEN"),
                catalog="analytics",
                options=options,
            )
    return hw.DuckDBIOManager(database="data/tables.duckdb", options=options)


defs = hw.Definitions(assets=[deliveries, heavy], resources={"tables": where_tables_lie()})
