"""Partitions as slices of DuckDB tables: replaced one by one, loaded by mapping, of time, of a list, of both.

oracle: 1.13
"""

import duckdb
import pandas as pd
from dagster import (
    DagsterInstance,
    DailyPartitionsDefinition,
    MultiPartitionsDefinition,
    StaticPartitionsDefinition,
    asset,
    materialize,
)
from dagster_duckdb_pandas import DuckDBPandasIOManager
from observe import show

days = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-06")
shops = StaticPartitionsDefinition(["berlin", "oslo"])
grid = MultiPartitionsDefinition({"day": days, "shop": shops})
resources = {"io_manager": DuckDBPandasIOManager(database="shops.duckdb", schema="sales")}
version = 1


@asset(partitions_def=days, metadata={"partition_expr": "day"})
def by_day(context) -> pd.DataFrame:
    return pd.DataFrame({"day": [pd.Timestamp(context.partition_key)] * 2, "n": [version, version * 10]})


@asset(partitions_def=shops, metadata={"partition_expr": "shop"})
def by_shop(context) -> pd.DataFrame:
    return pd.DataFrame({"shop": [context.partition_key], "n": [version]})


@asset(partitions_def=grid, metadata={"partition_expr": {"day": "day", "shop": "shop"}})
def by_both(context) -> pd.DataFrame:
    key = context.partition_key.keys_by_dimension
    return pd.DataFrame({"day": [pd.Timestamp(key["day"])], "shop": [key["shop"]], "n": [version]})


@asset(partitions_def=days, metadata={"partition_expr": "day"})
def next_day(by_day: pd.DataFrame) -> pd.DataFrame:
    return by_day.assign(n=by_day["n"] + 1)


def made(assets, definition, key=None):
    assert materialize(
        assets, selection=[definition], partition_key=key, resources=resources, instance=instance
    ).success


def table(name):
    with duckdb.connect("shops.duckdb") as connection:
        rows = connection.execute(f"SELECT * FROM sales.{name} ORDER BY ALL").fetchall()
    return [[str(value) for value in row] for row in rows]


with DagsterInstance.ephemeral() as instance:
    for key in ("2024-05-01", "2024-05-02"):
        made([by_day], by_day, key)
    for key in ("berlin", "oslo"):
        made([by_shop], by_shop, key)
    for key in ("2024-05-01|berlin", "2024-05-01|oslo", "2024-05-02|oslo"):
        made([by_both], by_both, key)
    before = {name: table(name) for name in ("by_day", "by_shop", "by_both")}
    version = 2
    made([by_day], by_day, "2024-05-02")
    made([by_shop], by_shop, "berlin")
    made([by_both], by_both, "2024-05-01|oslo")
    made([by_day, next_day], next_day, "2024-05-02")
    show(
        before=before,
        after={name: table(name) for name in ("by_day", "by_shop", "by_both")},
        next_day=table("next_day"),
    )
