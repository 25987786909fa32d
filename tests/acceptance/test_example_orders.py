"""The example with tables: streams, merging, queries and appending, in a DuckDB file and in Postgres."""

from __future__ import annotations

from pathlib import Path

import duckdb
import psycopg

from tests.acceptance.project_copy import ProjectCopy
from tests.postgres_server import postgres_server

MAKE_ALL = ("asset", "materialize", "-f", "orders.py", "--select", "*")
LARGE = "SELECT name FROM shop.large_customers ORDER BY name"
COUNTS = "SELECT (SELECT count(*) FROM shop.orders), (SELECT count(*) FROM shop.customers)"


def test_tables_in_a_duckdb_file(tmp_path: Path) -> None:
    project = ProjectCopy("orders", tmp_path)
    for _ in range(2):
        project.headwater(*MAKE_ALL)
    with duckdb.connect(str(project.path / "data" / "tables.duckdb"), read_only=True) as connection:
        assert connection.execute(COUNTS).fetchall() == [(3000, 5)]
        names = [name for (name,) in connection.execute(LARGE).fetchall()]
        assert names == ["Ada", "Björn", "Chloé", "Dmitri", "O'Neil"]
        greetings = connection.execute("SELECT count(*) FROM shop.greetings").fetchall()
        assert greetings == [(2 * len(names),)]  # two runs


def test_how_an_asset_is_stored_is_told_before_it_is(tmp_path: Path) -> None:
    shown = ProjectCopy("orders", tmp_path).headwater("asset", "show", "-f", "orders.py", "shop/customers")
    assert "table shop.customers, write mode merge, keys id, schema contract evolve" in shown
    assert "database data/tables.duckdb" in shown


def test_the_same_assets_in_postgres(tmp_path: Path) -> None:
    with postgres_server() as url:
        project = ProjectCopy("orders", tmp_path, DATABASE_URL=url)
        project.headwater(*MAKE_ALL)
        with psycopg.connect(url) as connection:
            assert connection.execute(COUNTS).fetchall() == [(3000, 5)]
            assert len(connection.execute(LARGE).fetchall()) == 5
