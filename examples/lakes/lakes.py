"""Readings of weather stations in a lake: a partition a day, rows merged by key, a table by an expression of Ibis."""

import datetime
import os
from pathlib import Path

import ibis
import polars as pl
from ibis import _

import headwater as hw

DAYS = hw.DailyPartitionsDefinition("2024-03-01", end_date="2024-03-04")


@hw.asset(
    partitions_def=DAYS, key_prefix="weather", io_manager_key="lake", metadata={"partition_expr": "day"}
)
def readings(context: hw.AssetExecutionContext) -> pl.DataFrame:
    """The readings of a day; making it again replaces them."""
    day = datetime.date.fromisoformat(context.partition_key)
    celsius = [4.0 + day.day, 9.5 + day.day, 7.25 + day.day]
    return pl.DataFrame({"day": [day] * 3, "station": ["Cork", "Oslo", "Lyon"], "celsius": celsius})


@hw.asset(
    key_prefix="weather",
    io_manager_key="lake",
    metadata={"io": hw.TableOptions(write_mode="merge", keys=["station"], schema_contract="evolve")},
)
def warmest(readings: pl.LazyFrame) -> pl.DataFrame:
    """The warmest reading of each station: others that are in the table stay."""
    return readings.group_by("station").agg(pl.col("celsius").max()).collect()


@hw.asset(key_prefix="weather", io_manager_key="tables")
def stations(warmest: pl.DataFrame) -> pl.DataFrame:
    """The same rows in a database."""
    return warmest


@hw.asset(key_prefix="weather", io_manager_key="tables")
def ranking(stations: ibis.Table) -> ibis.Table:
    """Which station is the warmest: computed inside the database."""
    return stations.mutate(place=ibis.row_number().over(order_by=_.celsius.desc()) + 1)


def where_the_lake_lies() -> object:
    """Tables of Delta Lake in a folder or a bucket, or of Iceberg in a catalog: the assets stay as they are."""
    if os.environ.get("LAKE") == "iceberg":
        folder = Path("data").absolute()
        folder.mkdir(exist_ok=True)
        properties = {"type": "sql", "uri": f"sqlite:///{folder}/catalog.db", "warehouse": f"file://{folder}"}
        return hw.IcebergIOManager(name="lake", config=hw.IcebergCatalogConfig(properties=properties))
    if bucket := os.environ.get("LAKE_BUCKET"):
        return hw.DeltaLakeIOManager(root_uri=f"s3://{bucket}/lake", storage_options=hw.S3Config())
    return hw.DeltaLakeIOManager(root_uri="data/lake")


defs = hw.Definitions(
    assets=[readings, warmest, stations, ranking],
    resources={"lake": where_the_lake_lies(), "tables": hw.DuckDBIOManager(database="data/tables.duckdb")},
)
