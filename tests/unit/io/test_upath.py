"""I/O managers of one's own over paths: what a subclass writes becomes visible whole, wherever it lies."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from headwater.definitions.io_context import (
    InputContext,
    OutputContext,
    build_input_context,
    build_output_context,
)
from headwater.io.upath import UPathIOManager
from headwater.model.errors import CheckError, DagsterInvalidDefinitionError, ValueNotFoundError
from headwater.model.key import AssetKey
from headwater.model.metadata import IntMetadataValue, PathMetadataValue, TextMetadataValue


class JsonFiles(UPathIOManager):
    extension = ".json"

    def dump_to_path(self, context: OutputContext, obj: Any, path: UPath) -> None:
        path.write_text(json.dumps(obj))

    def load_from_path(self, context: InputContext, path: UPath) -> Any:
        return json.loads(path.read_text())

    def get_metadata(self, context: OutputContext, obj: Any) -> dict[str, Any]:
        return {"length": len(obj)}


def store(files: UPathIOManager, key: Any, value: Any, **context: Any) -> dict[str, Any]:
    output = build_output_context(asset_key=key, **context)
    files.handle_output(output, value)
    return dict(output.get_logged_metadata())


def load(files: UPathIOManager, key: Any, **context: Any) -> Any:
    return files.load_input(build_input_context(asset_key=key, **context))


def several(*keys: str, **context: Any) -> InputContext:
    return InputContext(asset_key=AssetKey("a"), asset_partition_keys=keys, **context)


def test_paths_follow_from_keys_and_the_extension(tmp_path: Path) -> None:
    files = JsonFiles(base_path=UPath(tmp_path))
    metadata = store(files, ["raw", "b.c"], [1])
    assert metadata == {"path": PathMetadataValue(f"{tmp_path}/raw/b.c.json"), "length": IntMetadataValue(1)}
    assert load(files, ["raw", "b.c"]) == [1]
    output = build_output_context(step_key="step", name="rows", run_id="run")
    files.handle_output(output, [2])
    assert (tmp_path / "run" / "step" / "rows.json").is_file()
    assert files.load_input(build_input_context(upstream_output=output)) == [2]
    assert files.has_output(output)
    assert not files.has_output(build_output_context(asset_key="other"))


def test_ugly_keys_stay_below_the_base_path(tmp_path: Path) -> None:
    files = JsonFiles(base_path=UPath(tmp_path / "base"))
    for key in (["..", "up"], ["/etc", "x"], ["a/b"]):
        store(files, key, key)
        assert load(files, key) == key
    assert os.listdir(tmp_path) == ["base"]


def test_an_object_store_takes_values_as_well() -> None:
    files = JsonFiles(base_path=UPath("memory://bucket/values"))
    metadata = store(files, ["raw", "flights"], [1])
    assert metadata["path"] == PathMetadataValue("memory://bucket/values/raw/flights.json")
    assert load(files, ["raw", "flights"]) == [1]
    assert type(files.fs).__name__ == "MemoryFileSystem"
    with pytest.raises(ValueNotFoundError, match=r"memory://bucket/values/other\.json"):
        load(files, "other")


def test_a_write_that_fails_leaves_the_value_before(tmp_path: Path) -> None:
    class HalfWay(JsonFiles):
        def dump_to_path(self, context: OutputContext, obj: Any, path: UPath) -> None:
            path.write_text("half of it")
            raise RuntimeError("no more")

    store(JsonFiles(base_path=UPath(tmp_path)), "a", [1])
    with pytest.raises(RuntimeError, match="no more"):
        store(HalfWay(base_path=UPath(tmp_path)), "a", [2])
    assert load(JsonFiles(base_path=UPath(tmp_path)), "a") == [1]
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_value_may_be_a_folder_and_metadata_names_where_it_lies(tmp_path: Path) -> None:
    class Dataset(UPathIOManager):
        def dump_to_path(self, context: OutputContext, obj: Any, path: UPath) -> None:
            path.mkdir()
            for number in obj:
                (path / f"part-{number}").touch()
            context.add_output_metadata({"first": str(path / f"part-{obj[0]}")})

        def load_from_path(self, context: InputContext, path: UPath) -> Any:
            return sorted(part.name for part in path.iterdir())

    files = Dataset(base_path=UPath(tmp_path))
    store(files, "a", [1, 2])
    metadata = store(files, "a", [3])
    assert metadata["first"] == TextMetadataValue(f"{tmp_path}/a/part-3")
    assert load(files, "a") == ["part-3"]


def test_a_subclass_that_appends_gets_the_final_path(tmp_path: Path) -> None:
    class Appending(JsonFiles):
        staged = False

        def dump_to_path(self, context: OutputContext, obj: Any, path: UPath) -> None:
            with path.open("a") as file:
                file.write(obj)

        def load_from_path(self, context: InputContext, path: UPath) -> Any:
            return path.read_text()

    files = Appending(base_path=UPath(tmp_path))
    store(files, "a", "one,")
    store(files, "a", "two")
    assert load(files, "a") == "one,two"


def test_paths_can_be_laid_out_otherwise(tmp_path: Path) -> None:
    class ByDate(JsonFiles):
        def get_asset_relative_path(self, context: InputContext | OutputContext) -> UPath:
            return UPath("assets") / context.asset_key.path[-1]

        def get_path_for_partition(
            self, context: InputContext | OutputContext, path: UPath, partition: str
        ) -> UPath:
            return path / f"date={partition}" / "part"

    files = ByDate(base_path=UPath(tmp_path))
    store(files, ["raw", "flights"], [1], asset_partition_key="2013-01-01")
    assert (tmp_path / "assets" / "flights" / "date=2013-01-01" / "part.json").is_file()
    assert load(files, ["raw", "flights"], asset_partition_key="2013-01-01") == [1]


class AsyncJsonFiles(JsonFiles):
    async def load_from_path(self, context: InputContext, path: UPath) -> Any:
        await asyncio.sleep(0)
        return json.loads(path.read_text())


@pytest.mark.parametrize("manager", [JsonFiles, AsyncJsonFiles])
def test_partitions_come_back_by_key_also_where_the_first_is_missing(
    tmp_path: Path, manager: type[JsonFiles]
) -> None:
    files = manager(base_path=UPath(tmp_path))
    for key in ("y", "z"):
        store(files, "a", [key], asset_partition_key=key)
    assert files.load_input(several("z", "y")) == {"z": ["z"], "y": ["y"]}
    assert load(files, "a", asset_partition_key="y") == ["y"]
    with pytest.raises(ValueNotFoundError, match='partition "x"'):
        files.load_input(several("x", "y", "z"))
    may_miss = {"allow_missing_partitions": True}
    found = files.load_input(several("x", "y", "z", definition_metadata=may_miss))
    assert found == {"y": ["y"], "z": ["z"]}


def test_async_loads_work_where_an_event_loop_runs_already(tmp_path: Path) -> None:
    files = AsyncJsonFiles(base_path=UPath(tmp_path))
    store(files, "a", [1])

    async def run() -> Any:
        return load(files, "a")

    assert asyncio.run(run()) == [1]


def test_a_run_of_several_partitions_is_refused(tmp_path: Path) -> None:
    context = OutputContext(asset_key=AssetKey("a"), asset_partition_keys=["x", "y"])
    with pytest.raises(CheckError, match="Run one at a time"):
        JsonFiles(base_path=UPath(tmp_path)).handle_output(context, [1])


def test_an_extension_begins_with_a_dot() -> None:
    class Wrong(JsonFiles):
        extension = "json"

    with pytest.raises(DagsterInvalidDefinitionError, match='extension of Wrong is "json"'):
        Wrong(base_path=UPath("."))


def test_what_is_logged_can_be_changed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Talking(JsonFiles):
        def get_writing_output_log_message(self, path: UPath) -> str:
            return f"here goes {path.name}"

    with caplog.at_level("DEBUG"):
        store(Talking(base_path=UPath(tmp_path)), "a", [1])
    assert "here goes a.json" in caplog.text
