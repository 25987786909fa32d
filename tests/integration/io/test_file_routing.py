"""Files in runs: options by manager, pattern and asset; what is checked when definitions load; what is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import headwater as hw
from headwater.cli.asset_page import storage_facts
from headwater.definitions.repository import RepositoryDefinition
from headwater.io.file_options import FileOptions
from headwater.io.filesystem import FilesystemIOManager
from headwater.model.errors import DagsterInvalidDefinitionError


@hw.asset(key_prefix="raw")
def orders() -> pd.DataFrame:
    return pd.DataFrame({"id": [1, 2], "price": [0.5, 1.25]})


@hw.asset(group_name="exports", ins={"orders": hw.AssetIn(key_prefix="raw")})
def report(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.with_columns(total=pl.col("price") * 2)


@hw.asset(metadata={"io": FileOptions(path="texts/{name}{extension}", compression="gzip")})
def letter(report: pd.DataFrame) -> str:
    return f"{report['total'].sum()} €"


@hw.asset
def facts(letter: str) -> dict[str, Any]:
    return {"length": len(letter)}


@hw.asset
def opaque(facts: dict[str, Any]) -> set[int]:
    return {facts["length"]}


PIPELINE = [orders, report, letter, facts, opaque]


def routed(folder: Path) -> FilesystemIOManager:
    return FilesystemIOManager(
        base_dir=str(folder),
        format="auto",
        options={"group:exports": FileOptions(format="csv"), "raw/*": FileOptions(compression="zstd")},
    )


def test_each_value_is_stored_in_the_format_of_its_type(tmp_path: Path) -> None:
    result = hw.materialize(PIPELINE, resources={"io_manager": routed(tmp_path)})
    assert result.output_for_node("opaque") == {5}
    stored = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert stored == ["facts.json", "opaque", "raw/orders.parquet", "report.csv", "texts/letter.txt.gz"]
    assert json.loads((tmp_path / "facts.json").read_text()) == {"length": 5}
    assert pd.read_parquet(tmp_path / "raw" / "orders.parquet")["id"].tolist() == [1, 2]


def test_what_was_stored_is_recorded(tmp_path: Path) -> None:
    result = hw.materialize([orders], resources={"io_manager": routed(tmp_path)})
    [made] = result.asset_materializations_for_node("raw__orders")
    known = {label: each.value for label, each in made.metadata.items()}
    path = Path(known["path"])
    assert known["headwater/bytes"] == path.stat().st_size
    assert known["headwater/format"] == "parquet, zstd"
    assert known["dagster/row_count"] == 2
    assert [column.name for column in known["dagster/column_schema"].columns] == ["id", "price"]
    assert len(known["headwater/sha256"]) == 64


def test_a_manager_in_place_is_for_that_asset_alone(tmp_path: Path) -> None:
    @hw.asset(io_manager_key=FilesystemIOManager(base_dir=str(tmp_path / "lake"), format="parquet"))
    def numbers() -> pd.DataFrame:
        return pd.DataFrame({"n": [1]})

    @hw.asset
    def count(numbers: pd.DataFrame) -> int:
        return len(numbers)

    hw.materialize([numbers, count], resources={"io_manager": FilesystemIOManager(base_dir=str(tmp_path))})
    assert (tmp_path / "lake" / "numbers.parquet").is_file()
    assert (tmp_path / "count").is_file()


def load(*assets: Any, manager: Any) -> RepositoryDefinition:
    return hw.Definitions(assets=list(assets), resources={"io_manager": manager}).get_repository_def()


def test_what_cannot_be_stored_is_found_when_definitions_load(tmp_path: Path) -> None:
    @hw.asset(metadata={"io": FileOptions(format="parquet")})
    def number() -> int:
        return 1

    with pytest.raises(
        DagsterInvalidDefinitionError, match=r'"number" is to be stored as parquet.*values are int'
    ):
        load(number, manager=routed(tmp_path))


def test_two_assets_at_one_path_are_found_when_definitions_load(tmp_path: Path) -> None:
    @hw.asset(name="report.csv")
    def other() -> set[int]:
        return set()

    with pytest.raises(DagsterInvalidDefinitionError, match=r"would both be stored at .*report\.csv"):
        load(report, orders, other, manager=routed(tmp_path))


def test_the_effective_storage_of_an_asset_is_told(tmp_path: Path) -> None:
    repository = load(*PIPELINE, manager=routed(tmp_path))

    class Location:
        pass

    location: Any = Location()
    location.repository = repository
    told = {
        node.key.to_user_string(): storage_facts(location, node)
        for node in repository.asset_graph.nodes.values()
    }
    assert told["raw/orders"] == {
        "format": "parquet",
        "compression": "zstd",
        "path": f"{tmp_path}/raw/orders.parquet",
        "versions": "the latest 2",
    }
    assert told["letter"]["path"] == f"{tmp_path}/texts/letter.txt.gz"
    opaque = {"format": "pickle", "path": f"{tmp_path}/opaque", "versions": "the latest 2"}
    assert told["opaque"] == opaque
