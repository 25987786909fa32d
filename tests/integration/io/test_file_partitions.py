"""Partitions as files in runs: where each lies, how one, several and all of them come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import headwater as hw
from headwater.model.errors import ValueNotFoundError

CITIES = hw.StaticPartitionsDefinition(["bern", "a/b", "../up"])


@hw.asset(partitions_def=CITIES)
def people(context: hw.AssetExecutionContext) -> pd.DataFrame:
    return pd.DataFrame({"city": [context.partition_key], "n": [len(context.partition_key)]})


@hw.asset
def everybody(people: pl.DataFrame) -> int:
    return int(people["n"].sum())


@hw.asset
def by_city(people: dict[str, pd.DataFrame]) -> dict[str, int]:
    return {city: int(frame["n"].sum()) for city, frame in people.items()}


@hw.asset
def one_by_one(people: Iterator[pd.DataFrame]) -> list[str]:
    return [str(frame["city"][0]) for frame in people]


@hw.asset(partitions_def=CITIES)
def same(people: pd.DataFrame) -> pd.DataFrame:
    return people


ALL = [people, everybody, by_city, one_by_one, same]


def files(folder: Path, **options: Any) -> dict[str, object]:
    return {"io_manager": hw.FilesystemIOManager(base_dir=str(folder), format="auto", **options)}


def make_people(folder: Path, *cities: str, **options: Any) -> None:
    for city in cities:
        hw.materialize([people], partition_key=city, resources=files(folder, **options))


def test_all_partitions_come_as_the_annotation_asks(tmp_path: Path) -> None:
    make_people(tmp_path, "bern", "a/b", "../up")
    names = sorted(path.name for path in (tmp_path / "people").iterdir())
    assert names == ["..%2Fup.parquet", "a%2Fb.parquet", "bern.parquet"]
    result = hw.materialize(ALL, selection=["everybody", "by_city", "one_by_one"], resources=files(tmp_path))
    assert result.output_for_node("everybody") == 12
    assert result.output_for_node("by_city") == {"bern": 4, "a/b": 3, "../up": 5}
    assert result.output_for_node("one_by_one") == ["bern", "a/b", "../up"]


def test_a_partition_comes_alone_where_it_has_a_counterpart(tmp_path: Path) -> None:
    make_people(tmp_path, "bern")
    result = hw.materialize(ALL, selection=["same"], partition_key="bern", resources=files(tmp_path))
    assert list(result.output_for_node("same")["city"]) == ["bern"]


def test_partitions_lie_where_the_path_says(tmp_path: Path) -> None:
    make_people(tmp_path, "bern", "a/b", path="{key}/city={partition}/data{extension}")
    assert (tmp_path / "people" / "city=bern" / "data.parquet").is_file()
    assert (tmp_path / "people" / "city=a%2Fb" / "data.parquet").is_file()


def test_a_partition_that_is_missing_is_told_with_the_command_that_makes_it(tmp_path: Path) -> None:
    make_people(tmp_path, "bern", "a/b")
    with pytest.raises(ValueNotFoundError, match=r'partition "\.\./up".*--partition \.\./up'):
        hw.materialize(ALL, selection=["by_city"], resources=files(tmp_path))


def test_a_path_that_is_the_same_for_all_partitions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="the same for all"):
        hw.Definitions(assets=[people], resources=files(tmp_path, path="{key}.parquet")).get_repository_def()
