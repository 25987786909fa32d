"""Tables in Snowflake, BigQuery and Databricks: their official clients, against servers of their protocols over DuckDB.

What the servers do not show is said in their own docstrings.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import headwater as hw
from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.bigquery import BigQueryIOManager
from headwater.io.databricks import DatabricksSQLIOManager
from headwater.io.db_io_manager import DbIOManager
from headwater.io.snowflake import SnowflakeIOManager
from headwater.io.table_io_manager import TableIOManager
from headwater.model.errors import (
    DatabaseAccessError,
    DatabaseUnreachableError,
    SchemaChangedError,
    ValueNotFoundError,
    ValueNotStorableError,
)
from tests.integration.io.people_table import EXACT, NUMBERS, load, store
from tests.integration.io.warehouses.bigquery_server import FORBIDDEN, bigquery_server
from tests.integration.io.warehouses.databricks_server import TOKEN, databricks_server
from tests.integration.io.warehouses.duck_warehouse import Served
from tests.integration.io.warehouses.snowflake_server import PASSWORD, snowflake_server


def snowflake(port: int, *, wrong: bool = False) -> TableIOManager:
    place = {"host": "127.0.0.1", "port": port, "protocol": "http", "login_timeout": 5}
    return SnowflakeIOManager(
        account="acme",
        user="etl",
        password="secret-and-wrong" if wrong else PASSWORD,
        database="db",
        additional_snowflake_connection_args=place,
    )


def bigquery(port: int, *, wrong: bool = False) -> TableIOManager:
    return BigQueryIOManager(project=FORBIDDEN if wrong else "db", endpoint_url=f"http://127.0.0.1:{port}")


def databricks(port: int, *, wrong: bool = False) -> TableIOManager:
    place = {"_connection_uri": f"http://127.0.0.1:{port}/sql/1", "enable_telemetry": False}
    return DatabricksSQLIOManager(
        server_hostname="127.0.0.1",
        http_path="/sql/1",
        access_token="secret-and-wrong" if wrong else TOKEN,
        catalog="main",
        schema="public",
        connection_args=place | {"_retry_stop_after_attempts_count": 1},
    )


SERVERS = {"snowflake": snowflake_server, "bigquery": bigquery_server, "databricks": databricks_server}
MANAGERS: dict[str, Callable[..., TableIOManager]] = {
    "snowflake": snowflake,
    "bigquery": bigquery,
    "databricks": databricks,
}


@pytest.fixture(params=SERVERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(kind: str) -> Iterator[Served]:
    with SERVERS[kind]() as server:
        yield server


@pytest.fixture
def manager(kind: str, server: Served) -> TableIOManager:
    return MANAGERS[kind](server.server_port)


@pytest.fixture
def tables(manager: TableIOManager) -> DbIOManager:
    return manager.create_io_manager(build_init_resource_context())


def query(server: Served, sql: str) -> list[Any]:
    return server.warehouse.session().execute(sql).fetchall()


@pytest.mark.slow
def test_each_library_stores_and_every_other_loads(tables: DbIOManager, kind: str) -> None:
    values = {
        "pandas": pd.DataFrame(NUMBERS),
        "lazy": pl.LazyFrame(NUMBERS),
        "stream": iter([pl.DataFrame(NUMBERS)[:1], pl.DataFrame(NUMBERS)[1:]]),
    }
    metadata: dict[str, Any] = {}
    for value in values.values():
        metadata = store(tables, value)
        assert metadata["dagster/row_count"].value == 3
        assert load(tables, pl.DataFrame).to_dict(as_series=False) == NUMBERS
    assert metadata["dagster/storage_kind"].value == kind
    assert metadata["dagster/table_name"].value == f"{'main' if kind == 'databricks' else 'db'}.public.people"
    assert load(tables, pa.Table).to_pydict() == NUMBERS
    assert load(tables, pl.LazyFrame).filter(pl.col("id") > 1).collect().height == 2
    assert pl.concat(load(tables, Iterator[pl.DataFrame])).height == 3
    assert load(tables, pd.DataFrame)["id"].tolist() == [1, 2, 3]


def test_types_come_back_as_they_were(tables: DbIOManager) -> None:
    rows = max(map(len, EXACT.values()))
    table = pa.table(
        {
            f"{name} ü": pa.concat_arrays([column, pa.nulls(rows - len(column), column.type)])
            for name, column in EXACT.items()
        }
    )
    for each in (table, table[:0], table[-1:]):  # also without a row, and with nulls only
        store(tables, each)
        loaded = load(tables, pa.Table)
        wrong = [
            name
            for name in table.column_names
            if (loaded[name].type, loaded[name].to_pylist()) != (each[name].type, each[name].to_pylist())
        ]
        assert wrong == []


@pytest.mark.slow
def test_nanoseconds_are_kept_or_refused(tables: DbIOManager, kind: str) -> None:
    table = pa.table({"c": pa.array([1], pa.timestamp("ns")), "z": pa.array([1], pa.timestamp("ns", "UTC"))})
    if kind == "snowflake":
        store(tables, table)
        assert load(tables, pa.Table).equals(table)
        return
    with pytest.raises(ValueNotStorableError, match=r'"c".* has nanoseconds, of which .* keeps microseconds'):
        store(tables, table)
    store(tables, table, hw.TableOptions(allow_lossy=True))
    assert load(tables, pa.Table)["c"].cast(pa.int64()).to_pylist() == [0]


def test_what_would_be_lost_is_refused_and_the_table_stays(tables: DbIOManager) -> None:
    store(tables, pa.table({"c": [1]}))
    for column in (pa.array([[datetime.date(2024, 1, 1)]]), pa.array([[float("nan")]])):
        with pytest.raises(ValueNotStorableError, match='the asset "people" cannot be stored'):
            store(tables, pa.table({"c": column}))
    assert load(tables, pa.Table).to_pydict() == {"c": [1]}


# -- writing -----------------------------------------------------------------------------------------------------

PEOPLE = pl.DataFrame({"id": [1, 2], "name": ["Ada", "Bob"]})
MERGE = hw.TableOptions(write_mode="merge", keys=["id"])


def test_merge_append_and_partitions(tables: DbIOManager, server: Served) -> None:
    store(tables, PEOPLE, MERGE)
    metadata = store(tables, pl.DataFrame({"id": [2, 3], "name": ["Bo", "Cy"]}), MERGE)
    assert metadata["headwater/bytes"].value > 0
    assert metadata["headwater/seconds"].value > 0
    assert metadata["headwater/format"].value == "table"
    assert (metadata["headwater/rows_inserted"].value, metadata["headwater/rows_updated"].value) == (1, 1)
    append = hw.TableOptions(write_mode="append")
    for run_id in ("one", "one", "two"):
        store(tables, PEOPLE[:1], append, run_id=run_id)
    rows = query(server, "SELECT id, name FROM public.people ORDER BY 1")
    assert rows == [(1, "Ada")] * 3 + [(2, "Bo"), (3, "Cy")]
    store(tables, PEOPLE[:1], partition_key="Ada", metadata={"partition_expr": "name"})
    assert query(server, "SELECT count(*) FROM public.people") == [(3,)]
    with pytest.raises(ValueNotStorableError, match=r"2 rows with \[1\]"):
        store(tables, pl.DataFrame({"id": [1, 1], "name": ["x", "y"]}), MERGE)


@pytest.mark.slow
def test_a_new_table_is_appended_to_once(tables: DbIOManager, server: Served) -> None:
    for run_id in ("one", "one", "two"):
        store(tables, PEOPLE, hw.TableOptions(write_mode="append"), run_id=run_id)
    assert query(server, "SELECT count(*) FROM public.people") == [(4,)]


def test_contracts(tables: DbIOManager, server: Served) -> None:
    evolve = hw.TableOptions(schema_contract="evolve", write_mode="append")
    store(tables, PEOPLE, evolve)
    store(tables, pl.DataFrame({"id": [2**40], "email": ["c@x"]}), evolve)
    assert query(server, "SELECT id, name, email FROM public.people ORDER BY 1")[-1] == (2**40, None, "c@x")
    with pytest.raises(SchemaChangedError, match=r'"id" was .* and is (VARCHAR|STRING)'):
        store(tables, pl.DataFrame({"id": ["x"]}), evolve)
    with pytest.raises(SchemaChangedError, match=r'"name" (VARCHAR|STRING) is missing'):
        store(tables, pl.DataFrame({"id": [1], "email": ["x"]}), hw.TableOptions(schema_contract="freeze"))
    store(tables, PEOPLE)
    assert query(server, "SELECT * FROM public.people ORDER BY id") == PEOPLE.rows()


@pytest.mark.slow
def test_nothing_is_left_of_what_was_on_its_way(tables: DbIOManager, server: Served, kind: str) -> None:
    store(tables, PEOPLE)
    with pytest.raises(ValueNotStorableError):
        store(tables, pl.DataFrame({"id": [1, 1]}), MERGE)
    left = query(server, "SELECT table_name FROM duckdb_tables() WHERE table_name ILIKE 'headwater_staged%'")
    assert left == [] or kind == "snowflake"  # there they end with the session
    assert kind != "databricks" or not server.files
    assert query(server, "SELECT * FROM public.people ORDER BY id") == PEOPLE.rows()


# -- queries -----------------------------------------------------------------------------------------------------


def test_queries_run_inside_the_warehouse(manager: TableIOManager, server: Served) -> None:
    @hw.asset(io_manager_key="tables")
    def people() -> pl.DataFrame:
        return PEOPLE

    @hw.asset(io_manager_key="tables")
    def found(people: hw.Table) -> hw.Sql:
        assert people.columns == ["id", "name"]
        assert people.where("name = {name}", name="O'Hara; DROP TABLE people").count() == 0
        assert people.select("name").limit(1).to_pandas().shape == (1, 1)
        return hw.Sql(
            "SELECT *, {note} AS note FROM {people} WHERE {key} IN {ids} AND name LIKE '%a'",
            people=people,
            key=hw.Identifier("id"),
            ids=[1, 2],
            note="100% 'sure'",
        )

    @hw.asset(io_manager_key="tables")
    def broken(found: hw.Table) -> hw.Sql:
        return hw.Sql("SELECT CAST(note AS DATE) AS n FROM {found}", found=found)

    for _ in range(2):
        assert hw.materialize([people, found], resources={"tables": manager}).success
    assert query(server, "SELECT * FROM public.found") == [(1, "Ada", "100% 'sure'")]
    with pytest.raises(ValueNotStorableError, match="Its query failed: "):
        hw.materialize([people, found, broken], resources={"tables": manager})


# -- errors ------------------------------------------------------------------------------------------------------


def test_a_table_that_is_not_there_says_which(tables: DbIOManager, kind: str) -> None:
    store(tables, PEOPLE)
    gone = build_output_context(asset_key="gone")
    wanted = build_input_context(
        asset_key="gone", upstream_output=gone, dagster_type=resolve_dagster_type(pl.DataFrame)
    )
    with pytest.raises(ValueNotFoundError, match=rf"the table public\.gone of {kind}://"):
        tables.load_input(wanted)


def test_wrong_credentials_are_told_without_them(kind: str, server: Served) -> None:
    manager = MANAGERS[kind](server.server_port, wrong=True)
    assert "secret" not in repr(manager)
    with pytest.raises(DatabaseAccessError, match="No access to") as caught:
        store(manager.create_io_manager(build_init_resource_context()), PEOPLE)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("kind", ["snowflake", "databricks"])
def test_a_warehouse_that_does_not_answer_is_named(kind: str) -> None:
    with pytest.raises(DatabaseUnreachableError, match="cannot be reached"):
        store(MANAGERS[kind](1).create_io_manager(build_init_resource_context()), PEOPLE)


def test_columns_that_differ_in_case_only_are_refused(tables: DbIOManager) -> None:
    with pytest.raises(ValueNotStorableError, match="tells them apart"):
        store(tables, pl.DataFrame({"a": [1], "A": [2]}))
