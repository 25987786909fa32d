"""Values as pickle files."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.io_context import InputContext, build_input_context, build_output_context
from headwater.io.pickled_files import (
    PickledFiles,
    PickledFilesAtPaths,
    custom_path_fs_io_manager,
    fs_io_manager,
)
from headwater.model.errors import CheckError, UnsafeKeyError, ValueNotFoundError, ValueNotStorableError
from headwater.model.key import AssetKey
from headwater.model.metadata import PathMetadataValue


def store(files: PickledFiles, key: Any, value: Any, **context: Any) -> dict[str, Any]:
    output = build_output_context(asset_key=key, **context)
    files.handle_output(output, value)
    return {label: each for label, each in output.get_logged_metadata().items() if label == "path"}


def load(files: PickledFiles, key: Any, **context: Any) -> Any:
    return files.load_input(build_input_context(asset_key=key, **context))


def several_partitions(*keys: str, **context: Any) -> InputContext:
    return InputContext(asset_key=AssetKey("a"), asset_partition_keys=keys, **context)


def test_a_value_comes_back_and_its_path_is_recorded(tmp_path: Path) -> None:
    files = PickledFiles(tmp_path)
    metadata = store(files, ["raw", "flights"], {"a": 1})
    assert metadata == {"path": PathMetadataValue(str(tmp_path / "raw" / "flights"))}
    assert load(files, ["raw", "flights"]) == {"a": 1}


def test_paths_are_relative_where_the_base_dir_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert store(PickledFiles("data"), "flights", 1) == {"path": PathMetadataValue("data/flights")}


def test_none_is_stored_like_any_value_but_has_no_path_to_look_at(tmp_path: Path) -> None:
    files = PickledFiles(tmp_path)
    assert store(files, "nothing", None) == {}
    assert load(files, "nothing") is None


def test_the_output_of_an_op_lies_below_its_run_and_step(tmp_path: Path) -> None:
    files = PickledFiles(tmp_path)
    for mapping_key, path in ((None, "run/step/result"), ("key", "run/step/rows/key")):
        name = "rows" if mapping_key else "result"
        output = build_output_context(step_key="step", name=name, run_id="run", mapping_key=mapping_key)
        files.handle_output(output, path)
        assert (tmp_path / path).is_file()
        assert files.load_input(build_input_context(upstream_output=output)) == path


def test_a_value_that_is_not_there_says_which_where_and_how_to_make_it(tmp_path: Path) -> None:
    files = PickledFiles(tmp_path)
    with pytest.raises(ValueNotFoundError) as caught:
        load(files, ["raw", "my flights"])
    assert str(caught.value) == (
        f'The value of the asset "raw/my flights" is not stored: nothing at {tmp_path}/raw/my flights. '
        "To make it: headwater asset materialize --select 'raw/my flights'"
    )
    assert isinstance(caught.value, FileNotFoundError)
    with pytest.raises(ValueNotFoundError, match=r'partition "2013".*--partition 2013'):
        load(files, "flights", asset_partition_key="2013")
    op_output = build_output_context(step_key="count", name="rows", run_id="run")
    with pytest.raises(ValueNotFoundError, match='the output "rows" of the step "count"'):
        files.load_input(build_input_context(upstream_output=op_output))


def test_a_value_that_cannot_be_pickled_leaves_the_one_before(tmp_path: Path) -> None:
    files = PickledFiles(tmp_path)
    store(files, "flights", "before")
    with pytest.raises(
        ValueNotStorableError,
        match=r'the asset "flights" cannot be stored as pickle\. It is a function that cannot be pickled',
    ):
        store(files, "flights", lambda: None)
    assert load(files, "flights") == "before"
    assert os.listdir(tmp_path) == ["flights"]


def test_a_pickle_that_cannot_be_read_says_whose_it_is(tmp_path: Path) -> None:
    files = PickledFiles(tmp_path)
    (tmp_path / "flights").write_bytes(b"no pickle")
    with pytest.raises(pickle.UnpicklingError) as caught:
        load(files, "flights")
    assert caught.value.__notes__ == [
        f'While the asset "flights" was loaded from the pickle {tmp_path}/flights.'
    ]


# -- partitions ----------------------------------------------------------------------------------------------


def test_one_partition_is_its_value_and_several_are_a_dict_by_key(tmp_path: Path) -> None:
    files = PickledFiles(tmp_path)
    for key in ("x", "../y", "z/1"):
        store(files, "a", key.upper(), asset_partition_key=key)
    assert load(files, "a", asset_partition_key="../y") == "../Y"
    assert files.load_input(several_partitions("z/1", "x")) == {"z/1": "Z/1", "x": "X"}
    assert files.load_input(several_partitions()) is None
    assert sorted(os.listdir(tmp_path / "a")) == ["..%2Fy", "x", "z%2F1"]


def test_a_missing_partition_is_an_error_unless_it_may_miss(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = PickledFiles(tmp_path)
    store(files, "a", 1, asset_partition_key="x")
    with pytest.raises(ValueNotFoundError, match='partition "y"'):
        files.load_input(several_partitions("y", "x"))
    may_miss = {"allow_missing_partitions": True}
    assert files.load_input(several_partitions("y", "x", definition_metadata=may_miss)) == {"x": 1}
    assert 'the asset "a", partition "y" is not stored and is left out' in caplog.text
    assert load(files, "a", asset_partition_key="y", definition_metadata=may_miss) is None


def test_a_run_of_several_partitions_says_what_to_do(tmp_path: Path) -> None:
    context = build_output_context(asset_key="a")
    context._partition_keys = ["2013", "2014"]
    with pytest.raises(CheckError, match=r"2013 to 2014: return a dict by partition key"):
        PickledFiles(tmp_path).handle_output(context, 1)


def test_an_asset_that_gets_partitions_keeps_the_value_it_had(tmp_path: Path) -> None:
    files = PickledFiles(tmp_path)
    store(files, "a", "whole")
    store(files, "a", "part", asset_partition_key="x")
    assert (load(files, "a"), load(files, "a", asset_partition_key="x")) == ("whole", "part")


# -- function-style ------------------------------------------------------------------------------------------


class Instance:
    """What a manager without a base_dir asks an instance for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def storage_directory(self) -> str:
        return str(self._folder)


def test_values_go_to_the_folder_of_the_instance_when_no_other_is_given(tmp_path: Path) -> None:
    instance: Any = Instance(tmp_path)
    assert fs_io_manager(build_init_resource_context(instance=instance)).base_dir == str(tmp_path)
    given = build_init_resource_context(config={"base_dir": "data"}, instance=instance)
    assert fs_io_manager(given).base_dir == "data"


def test_a_path_of_its_own_for_each_output(tmp_path: Path) -> None:
    context = build_init_resource_context(config={"base_dir": str(tmp_path)})
    files = custom_path_fs_io_manager(context)
    assert isinstance(files, PickledFilesAtPaths)
    output = build_output_context(name="rows", definition_metadata={"path": "2013/rows.pkl"})
    files.handle_output(output, [1])
    assert (tmp_path / "2013" / "rows.pkl").is_file()
    assert files.load_input(build_input_context(upstream_output=output)) == [1]


@pytest.mark.parametrize("path", ["../outside.pkl", "/tmp/outside.pkl", "a/../../outside.pkl"])
def test_a_path_of_its_own_stays_below_the_base_dir(tmp_path: Path, path: str) -> None:
    files = PickledFilesAtPaths(tmp_path / "data")
    output = build_output_context(step_key="step", name="rows", definition_metadata={"path": path})
    with pytest.raises(UnsafeKeyError, match="outside"):
        files.handle_output(output, 1)
    with pytest.raises(UnsafeKeyError, match="outside"):
        files.load_input(build_input_context(upstream_output=output))


def test_an_output_without_a_path_is_told_to_declare_one(tmp_path: Path) -> None:
    output = build_output_context(step_key="step", name="rows")
    with pytest.raises(CheckError, match=r"has no path\. Declare it: Out"):
        PickledFilesAtPaths(tmp_path).handle_output(output, 1)
