"""Expressions of Ibis as assets: run inside DuckDB and Postgres, and told apart from what belongs elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import polars as pl
import psycopg
import pytest
from ibis import _

import headwater as hw
from headwater.model.errors import (
    CheckError,
    DagsterInvariantViolationError,
    ValueNotStorableError,
    ValueTypeError,
)
from tests.postgres_server import postgres_server

ORDERS = pl.DataFrame({"id": [1, 2, 3], "shop": ["A'A", "B", "B"], "cents": [100, 20, 30]})


@hw.asset(io_manager_key="tables", key_prefix="raw")
def orders() -> pl.DataFrame:
    return ORDERS


FROM_RAW = {"orders": hw.AssetIn(key_prefix="raw")}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "raw.duckdb")  # of the name of a schema, which DuckDB may take for it


def run(manager: Any, *assets: Any, **others: Any) -> Any:
    return hw.materialize([orders, *assets], resources={"tables": manager, **others})


def rows_of(database: str, table: str) -> list[Any]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()


@hw.asset(io_manager_key="tables", ins=FROM_RAW)
def by_shop(orders: ibis.Table) -> ibis.Table:
    sums = orders.filter(_.cents > 25).group_by("shop").agg(cents=_.cents.sum())
    return sums.mutate(note=ibis.literal("100% 'sure'"))


FOUND = [("A'A", 100, "100% 'sure'"), ("B", 30, "100% 'sure'")]


def test_an_expression_runs_inside_duckdb(database: str) -> None:
    result = run(hw.DuckDBIOManager(database=database), by_shop)
    assert rows_of(database, "public.by_shop") == FOUND
    [made] = result.asset_materializations_for_node("by_shop")
    assert made.metadata["dagster/row_count"].value == 2
    assert "SELECT" not in str(made.metadata.keys())


def test_an_expression_runs_inside_postgres(server: str) -> None:
    for _try in range(2):
        assert run(hw.PostgresIOManager(url=server), by_shop).success
    with psycopg.connect(server) as connection:
        assert sorted(connection.execute("SELECT * FROM public.by_shop").fetchall()) == FOUND


def test_an_expression_may_be_merged_and_joined(database: str) -> None:
    merge = hw.TableOptions(write_mode="merge", keys=["id"])

    @hw.asset(io_manager_key="tables", ins=FROM_RAW, metadata={"io": merge})
    def latest(orders: ibis.Table, by_shop: ibis.Table) -> ibis.Table:
        return orders.join(by_shop, "shop").select(orders.id, total=by_shop.cents)

    run(hw.DuckDBIOManager(database=database), by_shop, latest)
    result = run(hw.DuckDBIOManager(database=database), by_shop, latest)
    assert rows_of(database, "public.latest") == [(1, 100), (2, 30), (3, 30)]
    [made] = result.asset_materializations_for_node("latest")
    assert (
        made.metadata["headwater/rows_inserted"].value,
        made.metadata["headwater/rows_updated"].value,
    ) == (0, 3)


def test_columns_and_partitions_narrow_an_input(database: str) -> None:
    days = hw.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-04")
    seen: dict[str, Any] = {}

    @hw.asset(partitions_def=days, io_manager_key="tables", metadata={"partition_expr": "day"})
    def daily(context: hw.AssetExecutionContext) -> pl.DataFrame:
        day = pl.Series([context.partition_key]).str.to_date()
        return pl.DataFrame({"day": day, "n": day.dt.day(), "m": [7]})

    @hw.asset(
        partitions_def=days,
        io_manager_key="tables",
        metadata={"partition_expr": "day"},
        ins={"daily": hw.AssetIn(metadata={"columns": ["day", "n"]})},
    )
    def copied(daily: ibis.Table) -> ibis.Table:
        seen["columns"] = daily.columns
        return daily

    tables = {"tables": hw.DuckDBIOManager(database=database)}
    for day in ("2024-01-01", "2024-01-02"):
        assert hw.materialize([daily], partition_key=day, resources=tables).success
    assert hw.materialize(
        [daily, copied], selection=[copied], partition_key="2024-01-02", resources=tables
    ).success
    assert seen["columns"] == ("day", "n")
    assert [n for _, n in rows_of(database, "public.copied")] == [2]

    @hw.asset(
        io_manager_key="tables", ins={"orders": hw.AssetIn(key_prefix="raw", metadata={"columns": ["x"]})}
    )
    def wrong(orders: ibis.Table) -> ibis.Table:
        return orders

    with pytest.raises(CheckError, match="has no column 'x', which the metadata of the input names"):
        run(tables["tables"], wrong)


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # of Ibis, with DuckDB 2
def test_what_is_bound_elsewhere_is_carried_over_and_never_mixed(database: str) -> None:
    @hw.asset(io_manager_key="tables")
    def elsewhere() -> ibis.Table:
        connection = ibis.duckdb.connect()
        connection.raw_sql("CREATE TABLE numbers AS SELECT range AS n FROM range(3)")
        return connection.table("numbers").mutate(m=_.n * 2)

    @hw.asset(io_manager_key="tables", ins=FROM_RAW)
    def mixed(orders: ibis.Table, elsewhere: ibis.Table) -> ibis.Table:
        connection = ibis.duckdb.connect()
        connection.raw_sql("CREATE TABLE numbers AS SELECT 1 AS id")
        return orders.join(connection.table("numbers"), "id")

    tables = hw.DuckDBIOManager(database=database)
    run(tables, elsewhere)
    assert rows_of(database, "public.elsewhere") == [(0, 0), (1, 2), (2, 4)]
    with pytest.raises(
        ValueTypeError, match="and over others, which are in memory or belong to a connection"
    ):
        run(tables, elsewhere, mixed)


def test_a_table_of_another_database_is_refused(database: str, tmp_path: Path) -> None:
    @hw.asset(io_manager_key="others", ins=FROM_RAW)
    def crossing(orders: ibis.Table) -> ibis.Table:
        return orders

    others = hw.DuckDBIOManager(database=str(tmp_path / "other.duckdb"))
    with pytest.raises(
        DagsterInvariantViolationError, match=r"raw\.orders lies in .*raw\.duckdb, and the expression"
    ):
        run(hw.DuckDBIOManager(database=database), crossing, others=others)


def test_an_expression_that_fails_leaves_the_table_before(database: str) -> None:
    broken = False

    @hw.asset(io_manager_key="tables", ins=FROM_RAW)
    def checked(orders: ibis.Table) -> ibis.Table:
        return orders.select(n=orders.shop.cast("int64")) if broken else orders.select(n=orders.id)

    run(hw.DuckDBIOManager(database=database), checked)
    broken = True
    with pytest.raises(
        ValueNotStorableError, match=r'"checked" cannot be stored\. Its query failed: .*Could not convert'
    ):
        run(hw.DuckDBIOManager(database=database), checked)
    assert rows_of(database, "public.checked") == [(1,), (2,), (3,)]
