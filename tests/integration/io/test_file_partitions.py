"""Partitions as files in runs: where each lies, how one, several and all of them come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import polars as pl
import pytest

import headwater as hw
from headwater.definitions.io_context import InputContext, build_output_context
from headwater.io.files import Files
from headwater.io.root import Root
from headwater.io.store import FolderStore
from headwater.model.errors import ValueNotFoundError
from headwater.model.key import AssetKey

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


def test_partitions_that_are_missing_are_left_out_where_that_is_allowed(tmp_path: Path) -> None:
    @hw.asset(ins={"people": hw.AssetIn(metadata={"allow_missing_partitions": True})})
    def some(people: dict[str, pd.DataFrame]) -> list[str]:
        return list(people)

    make_people(tmp_path, "a/b", "../up")
    result = hw.materialize([people, some], selection=["some"], resources=files(tmp_path))
    assert result.output_for_node("some") == ["a/b", "../up"]


def test_a_range_keeps_what_was_made_before_it_failed(tmp_path: Path) -> None:
    @hw.asset(name="people", partitions_def=CITIES, backfill_policy=hw.BackfillPolicy.single_run())
    def breaking(context: hw.AssetExecutionContext) -> Iterator[tuple[str, pd.DataFrame]]:
        for city in context.partition_keys:
            if city == "../up":
                raise ConnectionError("the source went away")
            yield city, pd.DataFrame({"city": [city], "n": [1]})

    ends = {"dagster/asset_partition_range_start": "bern", "dagster/asset_partition_range_end": "../up"}
    with pytest.raises(ConnectionError, match="the source went away"):
        hw.materialize([breaking], tags=ends, resources=files(tmp_path))
    assert sorted(path.name for path in (tmp_path / "people").iterdir()) == ["a%2Fb.parquet", "bern.parquet"]


class Watched(FolderStore):
    """Says how many files were open at once at most, and how many were opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Root(folder))
        self.lock, self.open_now, self.at_once, self.opened = threading.Lock(), 0, 0, 0
        self.both = threading.Barrier(2, timeout=10)

    def open(self, path: str) -> BinaryIO:
        with self.lock:
            self.opened += 1
            self.open_now += 1
            self.at_once = max(self.at_once, self.open_now)
            is_first_pair = self.opened <= 2
        try:
            if is_first_pair:
                self.both.wait()  # each waits for the other
            return super().open(path)
        finally:
            with self.lock:
                self.open_now -= 1


def test_many_partitions_are_loaded_some_at_a_time_and_no_more_when_one_is_missing(tmp_path: Path) -> None:
    keys = [str(number) for number in range(100)]
    store = Watched(tmp_path)
    manager = Files(store)
    for key in keys[1:]:
        manager.handle_output(build_output_context(asset_key="a", partition_key=key), key)

    def load(wanted: list[str]) -> Any:
        return manager.load_input(InputContext(asset_key=AssetKey("a"), asset_partition_keys=wanted))

    assert load(keys[2:]) == {key: key for key in keys[2:]}
    assert 2 <= store.at_once <= 8
    before = store.opened
    with pytest.raises(ValueNotFoundError):
        load(keys)
    assert store.opened - before <= 17  # those that had been begun
