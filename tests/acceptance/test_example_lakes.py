"""The example with lakes: partitions, a merge, an expression of Ibis, and versions by the command line."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.acceptance.project_copy import ProjectCopy


@pytest.mark.slow  # ten commands, each a process
@pytest.mark.parametrize("lake", ["delta", "iceberg"])
def test_tables_in_a_lake(tmp_path: Path, lake: str) -> None:
    project = ProjectCopy("lakes", tmp_path, LAKE=lake)
    make = ("asset", "materialize", "-f", "lakes.py", "--select")
    for day in (1, 2):
        project.headwater(*make, "weather/readings", "--partition", f"2024-03-0{day}")
    project.headwater(*make, "weather/warmest++")
    with duckdb.connect(str(project.path / "data" / "tables.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT station, celsius FROM weather.ranking ORDER BY place").fetchall()
    assert found == [("Oslo", 11.5), ("Lyon", 9.25), ("Cork", 6.0)]
    project.headwater(*make, "weather/readings", "--partition", "2024-03-03")
    project.headwater(*make, "weather/warmest")
    listed = project.headwater("asset", "versions", "-f", "lakes.py", "weather/warmest")
    assert listed.count("\n") == 3  # a heading, and two
    assert listed.count("current") == 1
    project.headwater("asset", "rollback", "-f", "lakes.py", "weather/warmest")
    if lake == "delta":
        warmest = pl.read_delta(str(project.path / "data" / "lake" / "weather" / "warmest"))
        assert warmest["celsius"].max() == 11.5
    shown = project.headwater("asset", "show", "-f", "lakes.py", "weather/warmest")
    assert "table weather.warmest, write mode merge, keys station, schema contract evolve" in shown
