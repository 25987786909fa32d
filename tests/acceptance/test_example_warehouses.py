"""The example with warehouses: on a laptop in DuckDB, and what is told of Snowflake before anything is stored there."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.acceptance.project_copy import ProjectCopy


def test_on_a_laptop_the_tables_lie_in_duckdb_and_are_written_as_patterns_say(tmp_path: Path) -> None:
    project = ProjectCopy("warehouses", tmp_path)
    for _ in range(2):
        project.headwater("asset", "materialize", "-f", "warehouse.py", "--select", "*")
    with duckdb.connect(str(project.path / "data" / "tables.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM staging.deliveries").fetchall() == [(4,)]
        assert connection.execute("SELECT * FROM marts.heavy").fetchall() == [(1, 12.5)]


def test_how_an_asset_is_stored_is_told_without_a_connection(tmp_path: Path) -> None:
    secrets = {"SNOWFLAKE_ACCOUNT": "acme", "SNOWFLAKE_USER": "etl", "SNOWFLAKE_PASSWORD": "hidden"}
    project = ProjectCopy("warehouses", tmp_path, WAREHOUSE="snowflake", **secrets)
    shown = project.headwater("asset", "show", "-f", "warehouse.py", "marts/heavy")
    assert "table marts.heavy, write mode merge, keys id, schema contract freeze" in shown
    assert "hidden" not in shown
