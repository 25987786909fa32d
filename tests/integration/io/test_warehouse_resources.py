"""Resources and function-style managers of the warehouses, as programs for Dagster use them."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import pandas as pd
import pytest

import headwater as hw
from headwater.io.snowflake_resource import fetch_last_updated_timestamps
from headwater.model.errors import DagsterInvalidDefinitionError, DatabaseAccessError
from tests.integration.io.warehouses.bigquery_server import bigquery_server
from tests.integration.io.warehouses.databricks_server import TOKEN, databricks_server
from tests.integration.io.warehouses.snowflake_server import PASSWORD, snowflake_server


def snowflake_place(port: int) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port, "protocol": "http"}


def test_snowflake_as_a_resource_of_either_style_and_a_manager_of_a_function() -> None:
    with snowflake_server() as server:
        config: dict[str, Any] = {"account": "acme", "user": "etl", "password": PASSWORD, "database": "db"}
        place: dict[str, Any] = {"additional_snowflake_connection_args": snowflake_place(server.server_port)}

        @hw.asset(io_manager_key="tables", key_prefix="raw")
        def people() -> pd.DataFrame:
            return pd.DataFrame({"id": [1, 2]})

        @hw.asset(deps=[people], io_manager_key="memory")
        def counted(snowflake: hw.SnowflakeResource) -> int:
            with snowflake.get_connection() as connection:
                [(rows,)] = connection.cursor().execute("SELECT count(*) FROM raw.people").fetchall()
                return int(rows)

        @hw.asset(deps=[people], required_resource_keys={"old"}, io_manager_key="memory")
        def asked(context: hw.AssetExecutionContext) -> Any:
            return context.resources.old.execute_query("SELECT max(id) FROM raw.people", fetch_results=True)

        result = hw.materialize(
            [people, counted, asked],
            resources={
                "tables": hw.snowflake_pandas_io_manager.configured(config | place),
                "snowflake": hw.SnowflakeResource(**config, **place),
                "old": hw.snowflake_resource.configured(config | place),
                "memory": hw.mem_io_manager,
            },
        )
        assert result.output_for_node("counted") == 2
        assert result.output_for_node("asked") == [(2,)]
        refused = hw.SnowflakeResource(**config | {"password": "hidden"}, **place)
        with pytest.raises(DatabaseAccessError) as caught, refused.get_connection():
            pass
        assert "hidden" not in f"{refused!r} {caught.value}"


def test_when_tables_of_snowflake_changed_last() -> None:
    class Cursor:
        def execute(self, sql: str) -> None:
            self.sql = sql

        def fetchall(self) -> list[Any]:
            return [("FLIGHTS", 1_700_000_000_000)] if "'O''HARA'" in self.sql else []

    class Connection:
        def cursor(self) -> Cursor:
            return Cursor()

    at = datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.UTC)
    given: dict[str, Any] = {"snowflake_connection": Connection(), "tables": ["flights"]}
    assert fetch_last_updated_timestamps(schema="o'hara", **given) == {"flights": at}
    with pytest.raises(ValueError, match="has no table flights"):
        fetch_last_updated_timestamps(schema="raw", **given)


def test_bigquery_as_a_resource_and_a_manager_of_a_function() -> None:
    with bigquery_server() as server:
        url = f"http://127.0.0.1:{server.server_port}"

        @hw.asset(io_manager_key="tables", metadata={"schema": "raw"})
        def people() -> pd.DataFrame:
            return pd.DataFrame({"id": [1, 2]})

        @hw.asset(deps=[people], io_manager_key="memory")
        def counted(bigquery: hw.BigQueryResource) -> int:
            with bigquery.get_client() as client:
                [row] = client.query("SELECT count(*) AS n FROM raw.people").result()
                return int(row.n)

        append = {"project": "db", "endpoint_url": url, "write_mode": "append"}
        results = [
            hw.materialize(
                [people, counted],
                resources={
                    "tables": hw.bigquery_pandas_io_manager.configured(append),
                    "bigquery": hw.BigQueryResource(project="db", endpoint_url=url),
                    "memory": hw.mem_io_manager,
                },
            )
            for _ in range(2)
        ]
        assert [result.output_for_node("counted") for result in results] == [2, 4]


def test_databricks_as_a_resource() -> None:
    with databricks_server() as server:
        place = {"_connection_uri": f"http://127.0.0.1:{server.server_port}/sql/1", "enable_telemetry": False}
        resource = hw.DatabricksSQLResource(
            server_hostname="127.0.0.1", http_path="/sql/1", access_token=TOKEN, connection_args=place
        )
        with resource.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 AS one")
            assert [tuple(row) for row in cursor.fetchall()] == [(1,)]


def test_moments_are_not_stored_as_texts() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="leave it out"):
        hw.SnowflakePandasIOManager(account="a", user="u", database="d", store_timestamps_as_strings=True)


def test_to_look_at_definitions_loads_no_client() -> None:
    import subprocess

    program = (
        "import sys, headwater as hw\n"
        "hw.SnowflakePandasIOManager(account='a', user='u', password='p', database='d')\n"
        "hw.BigQueryPandasIOManager(project='p'), hw.DatabricksSQLIOManager(server_hostname='h', http_path='/x')\n"
        "clients = {'snowflake.connector', 'google.cloud.bigquery', 'databricks.sql', 'pandas', 'pyarrow'}\n"
        "assert not clients & set(sys.modules), clients & set(sys.modules)\n"
        "from headwater.compat.alias import install\n"
        "install()\n"
        "from dagster_snowflake import SnowflakeResource, build_snowflake_io_manager, fetch_last_updated_timestamps\n"
        "from dagster_snowflake_pandas import SnowflakePandasIOManager\n"
        "from dagster_snowflake_polars import SnowflakePolarsIOManager\n"
        "from dagster_gcp import BigQueryResource, bigquery_resource, GCSResource\n"
        "from dagster_gcp_pandas import BigQueryPandasIOManager, bigquery_pandas_io_manager\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""
