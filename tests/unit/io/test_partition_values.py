"""Partitions in the shape that an annotation asks for, in every manager alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import InputContext, OutputContext, build_output_context
from headwater.io.file_options import FileOptions
from headwater.io.files import Files
from headwater.io.root import Root
from headwater.io.store import FolderStore
from headwater.model.errors import CheckError, ValueNotFoundError
from headwater.model.key import AssetKey

KEY = AssetKey("a")


def files(folder: Path, format: str = "auto") -> Files:
    return Files(FolderStore(Root(folder)), FileOptions(format=format))


def output(*partitions: str, annotation: Any = Any) -> OutputContext:
    context = build_output_context(asset_key=KEY, dagster_type=resolve_dagster_type(annotation))
    context._partition_keys = partitions
    return context


def load(manager: Files, wanted: Any, *partitions: str, stored: Any = Any, **context: Any) -> Any:
    return manager.load_input(
        InputContext(
            asset_key=KEY,
            asset_partition_keys=partitions,
            dagster_type=resolve_dagster_type(wanted),
            upstream_output=output(*partitions, annotation=stored),
            **context,
        )
    )


@pytest.fixture
def frames(tmp_path: Path) -> Files:
    manager = files(tmp_path)
    for key in "xyz":
        manager.handle_output(
            output(key, annotation=pd.DataFrame), pd.DataFrame({"key": [key], "n": [ord(key)]})
        )
    return manager


def test_whole_frames_are_put_together_in_the_order_of_the_partitions(frames: Files) -> None:
    loaded = load(frames, pd.DataFrame, "z", "x", stored=pd.DataFrame)
    assert loaded.to_dict("list") == {"key": ["z", "x"], "n": [122, 120]}
    assert load(frames, pl.DataFrame, "z", "x", stored=pd.DataFrame)["key"].to_list() == ["z", "x"]
    assert load(frames, pl.LazyFrame, "z", "x", stored=pd.DataFrame).collect()["key"].to_list() == ["z", "x"]
    assert load(frames, pa.Table, "y", "z", stored=pd.DataFrame)["key"].to_pylist() == ["y", "z"]
    reader = load(frames, pa.RecordBatchReader, "y", "z", stored=pd.DataFrame)
    assert reader.read_all()["key"].to_pylist() == ["y", "z"]


def test_an_iterator_runs_from_one_partition_into_the_next(frames: Files) -> None:
    loaded = load(frames, Iterator[pd.DataFrame], "z", "x", stored=pd.DataFrame)
    assert [list(each["key"]) for each in loaded] == [["z"], ["x"]]


def test_a_dict_is_by_partition_also_of_one(frames: Files) -> None:
    for keys in (["z", "x"], ["y"]):
        loaded = load(frames, dict[str, pl.DataFrame], *keys, stored=pd.DataFrame)
        assert {key: each["key"].to_list() for key, each in loaded.items()} == {key: [key] for key in keys}
    streams = load(frames, dict[str, Iterator[pd.DataFrame]], "y", stored=pd.DataFrame)
    assert [len(each) for each in streams["y"]] == [1]


def test_a_list_has_the_order_of_the_partitions_also_of_one(frames: Files) -> None:
    for keys in (["z", "x"], ["y"]):
        loaded = load(frames, list[pd.DataFrame], *keys, stored=pd.DataFrame)
        assert [list(each["key"]) for each in loaded] == [[key] for key in keys]


def test_other_values_are_a_dict_where_there_are_several(tmp_path: Path) -> None:
    manager = files(tmp_path)
    for key in "xy":
        manager.handle_output(output(key, annotation=int), ord(key))
    assert load(manager, Any, "y", "x", stored=int) == {"y": 121, "x": 120}
    assert load(manager, int, "y", stored=int) == 121
    assert load(manager, dict[str, int], "y", stored=int) == {"y": 121}
    assert load(manager, list[int], "y", "x", stored=int) == [121, 120]


def test_a_dict_that_is_the_value_itself_stays_what_it_is(tmp_path: Path) -> None:
    manager = files(tmp_path, "pickle")
    manager.handle_output(output("x", annotation=dict[str, int]), {"n": 1})
    assert load(manager, dict[str, int], "x", stored=dict[str, int]) == {"n": 1}
    assert load(manager, dict, "x") == {"n": 1}
    assert load(manager, dict[str, dict[str, int]], "x", stored=dict[str, int]) == {"x": {"n": 1}}


@pytest.mark.parametrize("first_missing", [True, False])
def test_a_partition_that_is_missing_never_shifts_the_others(frames: Files, first_missing: bool) -> None:
    keys = ["gone", "x", "y"] if first_missing else ["x", "gone", "y"]
    with pytest.raises(ValueNotFoundError, match='partition "gone"'):
        load(frames, dict[str, pd.DataFrame], *keys, stored=pd.DataFrame)
    may_miss = {"allow_missing_partitions": True}
    loaded = load(frames, dict[str, pd.DataFrame], *keys, stored=pd.DataFrame, definition_metadata=may_miss)
    assert {key: list(each["key"]) for key, each in loaded.items()} == {"x": ["x"], "y": ["y"]}


def test_a_run_of_several_partitions_stores_each(tmp_path: Path) -> None:
    manager = files(tmp_path)
    manager.handle_output(output("x", "y", annotation=int), {"y": 2, "x": 1})
    assert load(manager, Any, "x", "y", stored=int) == {"x": 1, "y": 2}


def test_what_was_made_before_a_failure_is_kept(tmp_path: Path) -> None:
    def pairs() -> Iterator[tuple[str, int]]:
        yield "x", 1
        raise RuntimeError("no more")

    manager = files(tmp_path)
    with pytest.raises(RuntimeError, match="no more"):
        manager.handle_output(output("x", "y", annotation=int), pairs())
    assert load(manager, int, "x", stored=int) == 1


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"x": 1}, 'no value for 1 of 2 partitions, the first of them "y"'),
        ({"x": 1, "z": 2}, 'for the partition "z", which this run does not make'),
        (1, "return a dict by partition key"),
    ],
)
def test_a_run_of_several_partitions_says_what_is_wrong(tmp_path: Path, value: Any, told: str) -> None:
    with pytest.raises(CheckError, match=told):
        files(tmp_path).handle_output(output("x", "y", annotation=int), value)
