"""Options of tables by key, prefix, group and pattern: which holds, and what is refused when definitions load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import headwater as hw
from headwater.definitions.stored_asset import StoredAsset
from headwater.io.table_options import resolve_table_options
from headwater.model.key import AssetKey

BY_PATTERN = {
    "raw/*": hw.TableOptions(write_mode="append"),
    "group:core": hw.TableOptions(write_mode="merge", keys=["id"], schema_contract="evolve"),
    "*": hw.TableOptions(schema_name="other"),
}


@pytest.mark.parametrize(
    ("key", "group", "own", "expected"),
    [
        (["raw", "flights"], "core", None, {"write_mode": "append"}),
        (["people"], "core", None, {"write_mode": "merge", "keys": ("id",), "schema_contract": "evolve"}),
        (
            ["people"],
            "core",
            {"write_mode": "merge", "keys": ["name"]},
            {"keys": ("name",), "schema_contract": "evolve"},
        ),
        (["people"], "core", {"write_mode": "replace"}, {"write_mode": "replace", "keys": ()}),
        (["people"], None, {"table": "p"}, {"table": "p", "schema_name": "other"}),
    ],
)
def test_the_asset_comes_first_then_the_first_pattern(
    key: list[str], group: str | None, own: dict[str, Any] | None, expected: dict[str, Any]
) -> None:
    metadata = {} if own is None else {"io": hw.TableOptions(**own)}
    options = resolve_table_options(metadata, AssetKey(key), group, BY_PATTERN)
    assert {name: getattr(options, name) for name in expected} == expected


def test_a_manager_shows_what_a_pattern_says() -> None:
    tables = hw.DuckDBIOManager(database="x.duckdb", options=BY_PATTERN)
    asset = StoredAsset(
        key=AssetKey("people"), group_name="core", metadata={}, annotation=pd.DataFrame, partitioned=False
    )
    assert tables.describe_storage(asset) == {
        "table": "public.people",
        "write mode": "merge",
        "keys": "id",
        "schema contract": "evolve",
        "database": "x.duckdb",
    }


def test_a_pattern_says_where_a_value_is_stored_and_how(tmp_path: Path) -> None:
    @hw.asset(key_prefix="raw", io_manager_key="tables")
    def flights() -> pd.DataFrame:
        return pd.DataFrame({"n": [1]})

    @hw.asset(ins={"flights": hw.AssetIn(["raw", "flights"])}, group_name="exports", io_manager_key="tables")
    def report(flights: hw.Table) -> hw.Sql:
        return hw.Sql("SELECT * FROM {flights}", flights=flights)

    options = {
        "raw/*": hw.TableOptions(table="landed", schema_name="landing", write_mode="append"),
        "group:exports": hw.TableOptions(schema_name="out"),
    }
    tables = hw.DuckDBIOManager(database=str(tmp_path / "x.duckdb"), options=options)
    for _ in range(2):
        assert hw.materialize([flights, report], resources={"tables": tables}).success
    with hw.DuckDBResource(database=str(tmp_path / "x.duckdb")).get_connection() as connection:
        assert connection.execute("SELECT count(*) FROM landing.landed").fetchall() == [(2,)]
        assert connection.execute("SELECT count(*) FROM out.report").fetchall() == [(2,)]
