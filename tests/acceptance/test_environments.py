"""The same assets in development and in production: where their values go is decided by one variable."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.acceptance.project_copy import ProjectCopy

SUMS = [("north", 150.0), ("south", 80.5), ("west", 45.25)]


@pytest.fixture
def production(tmp_path: Path) -> ProjectCopy:
    return ProjectCopy(
        "environments",
        tmp_path,
        SALES_ENVIRONMENT="production",
        SALES_LAKE=str(tmp_path / "lake"),
        SALES_SPOOL=str(tmp_path / "spool"),
    )


def test_development_keeps_tables_in_a_file_beside_the_code(tmp_path: Path) -> None:
    project = ProjectCopy("environments", tmp_path)
    project.headwater("asset", "materialize", "--select", "*")
    with duckdb.connect(str(project.path / "data" / "development.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT * FROM sales.by_region").fetchall() == SUMS
    assert not (tmp_path / "lake").exists()


def test_production_writes_parquet_and_sends_a_message(production: ProjectCopy, tmp_path: Path) -> None:
    production.headwater("asset", "materialize", "--select", "*")
    sums = pd.read_parquet(tmp_path / "lake" / "by_region.parquet")
    assert list(sums.itertuples(index=False, name=None)) == SUMS
    [message] = [json.loads(file.read_text()) for file in (tmp_path / "spool").iterdir()]
    assert message["text"] == "The best region is north."
    assert not (production.path / "data" / "development.duckdb").exists()


def test_what_an_environment_lacks_is_told_before_anything_runs(production: ProjectCopy) -> None:
    file = production.path / "sales" / "definitions.py"
    file.write_text(
        file.read_text()
        .replace('"notifier": SpoolNotifier(', '"notifier": hw.DuckDBResource(database="x")  #')
        .replace('"tables": hw.FilesystemIOManager(', '"lake": hw.FilesystemIOManager(')
    )
    ended = production.python("-m", "headwater", "definitions", "validate")
    assert ended.returncode == 1
    assert "3 things are wrong" in ended.stderr
    assert 'needs the resource "tables"' in ended.stderr
    assert 'takes the resource "notifier" as a Notifier' in ended.stderr
    assert ended.stderr.count("sales/assets.py:") == 3


def test_its_own_tests_pass(production: ProjectCopy) -> None:
    ended = production.python("-m", "pytest", "-q")
    assert ended.returncode == 0, ended.stdout
