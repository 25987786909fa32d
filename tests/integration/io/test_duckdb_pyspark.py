"""Frames of a real Spark on this machine in DuckDB: an opt-in job, since Spark needs Java and takes its time.

Install pyspark (4.0 or newer) and Java 17, and run ``make test-spark``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import headwater as hw

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("HEADWATER_SPARK") != "1", reason="Spark is tested when asked for: make test-spark"
    ),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1"}
    builder = SparkSession.builder.master("local[1]").config(map=settings)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def annotated(function: Any) -> Any:
    """A function of Spark's frames: the name is not there when this file is read, so it is annotated afterwards."""
    from pyspark.sql import DataFrame

    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    function.__annotations__.update(dict.fromkeys((*names, "return"), DataFrame))
    return hw.asset(io_manager_key="tables")(function)


def test_frames_of_spark_go_to_duckdb_and_come_back(spark: Any, tmp_path: Path) -> None:
    @annotated
    def flights() -> Any:
        return spark.createDataFrame(
            [(1, "AA", 2.5), (2, "DL", None)], "id long, carrier string, delay double"
        )

    @annotated
    def late(flights: Any) -> Any:
        return flights.where("delay > 1")

    @hw.asset(ins={"late": hw.AssetIn(input_manager_key="frames")}, io_manager_key="frames")
    def told(late: pd.DataFrame) -> pd.DataFrame:
        return late.assign(n=1)

    database = str(tmp_path / "flights.duckdb")
    tables, frames = hw.DuckDBPySparkIOManager(database=database), hw.DuckDBPandasIOManager(database=database)
    result = hw.materialize([flights, late, told], resources={"tables": tables, "frames": frames})
    assert result.output_for_node("late").collect() == [(1, "AA", 2.5)]
    assert result.output_for_node("told").to_dict("records") == [
        {"id": 1, "carrier": "AA", "delay": 2.5, "n": 1}
    ]


def test_types_of_spark_survive(spark: Any, tmp_path: Path) -> None:
    query = (
        "SELECT 1Y AS tiny, 2BD AS exact, DATE'2024-01-01' AS day, TIMESTAMP_NTZ'2024-01-01 01:02:03.000004' AS moment, "
        "TIMESTAMP'2024-01-01 00:00:00Z' AS zoned, array(1, 2) AS list, struct('x' AS a) AS record, X'00ff' AS raw"
    )

    @annotated
    def typed() -> Any:
        return spark.sql(query)

    @annotated
    def again(typed: Any) -> Any:
        return typed

    tables = hw.DuckDBPySparkIOManager(database=str(tmp_path / "types.duckdb"))
    result = hw.materialize([typed, again], resources={"tables": tables})
    assert result.output_for_node("again").collect() == spark.sql(query).collect()
    assert result.output_for_node("again").dtypes == spark.sql(query).dtypes
