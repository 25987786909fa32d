"""I/O managers in runs: where values go, what is recorded, what a failure says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import headwater as hw
from headwater.io.duckdb_pandas import DuckDBPandasIOManager, duckdb_pandas_io_manager
from headwater.io.filesystem import FilesystemIOManager
from headwater.io.pickled_files import fs_io_manager
from headwater.model.errors import ValueNotFoundError, ValueNotStorableError


@hw.asset
def story_ids() -> list[int]:
    return [1, 2, 3]


@hw.asset(io_manager_key="database")
def stories(story_ids: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"id": story_ids})


@hw.asset
def count(stories: pd.DataFrame) -> int:
    return len(stories)


PIPELINE = [story_ids, stories, count]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def recorded(result: Any) -> dict[str, list[str]]:
    return {
        event.asset_key.to_user_string(): list(event.materialization.metadata)
        for event in result.get_asset_materialization_events()
    }


@pytest.mark.parametrize("style", ["classes", "functions"])
def test_files_and_tables_side_by_side(style: str) -> None:
    resources: dict[str, Any] = {
        "io_manager": FilesystemIOManager(base_dir="data"),
        "database": DuckDBPandasIOManager(database="analytics.hackernews"),
    }
    if style == "functions":
        resources = {
            "io_manager": fs_io_manager.configured({"base_dir": "data"}),
            "database": duckdb_pandas_io_manager.configured({"database": "analytics.hackernews"}),
        }
    result = hw.materialize(PIPELINE, resources=resources)
    assert result.output_for_node("count") == 3
    assert sorted(path.name for path in Path("data").iterdir()) == ["count", "story_ids"]
    with duckdb.connect("analytics.hackernews", read_only=True) as connection:
        rows = connection.execute("SELECT * FROM analytics.hackernews.stories").fetchall()
    assert rows == [(1,), (2,), (3,)]
    assert recorded(result)["story_ids"][0] == "path"
    assert "dagster/row_count" in recorded(result)["stories"]


def test_a_failure_tells_what_to_run_first() -> None:
    resources = {"database": DuckDBPandasIOManager(database="stories.duckdb")}
    with pytest.raises(ValueNotFoundError, match="headwater asset materialize --select stories"):
        hw.materialize(PIPELINE, selection=["count"], resources=resources)


def test_a_failed_run_leaves_the_values_of_the_run_before() -> None:
    files = FilesystemIOManager(base_dir="data")
    hw.materialize([story_ids], resources={"io_manager": files})

    @hw.asset(name="story_ids")
    def broken() -> Any:
        return lambda: None

    with pytest.raises(ValueNotStorableError, match="cannot be pickled"):
        hw.materialize([broken], resources={"io_manager": files})

    @hw.asset
    def doubled(story_ids: list[int]) -> list[int]:
        return [2 * each for each in story_ids]

    run = hw.materialize([story_ids, doubled], selection=["doubled"], resources={"io_manager": files})
    assert run.output_for_node("doubled") == [2, 4, 6]


def test_the_values_of_ops_lie_below_their_run() -> None:
    @hw.op(out={"low": hw.Out(), "high": hw.Out()})
    def split() -> Any:
        return 1, 2

    @hw.op
    def add(low: int, high: int) -> int:
        return low + high

    def sums() -> None:
        low, high = split()
        add(low, high)

    config = {"resources": {"io_manager": {"config": {"base_dir": "data"}}}}
    job = hw.job(resource_defs={"io_manager": fs_io_manager})(sums)
    result = job.execute_in_process(run_config=config)
    assert result.output_for_node("add") == 3
    files = sorted(path.relative_to("data").as_posix() for path in Path("data").rglob("*") if path.is_file())
    assert files == [f"{result.run_id}/{name}" for name in ("add/result", "split/high", "split/low")]
