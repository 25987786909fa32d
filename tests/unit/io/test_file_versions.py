"""Versions of a file: which are kept, which is the current one, and publishing one again."""

from __future__ import annotations

import datetime
import os
import time
from pathlib import Path
from typing import Any

import pytest

from headwater.definitions.io_context import InputContext, build_input_context, build_output_context
from headwater.definitions.stored_version import VersionLimits
from headwater.io.file_options import FileOptions
from headwater.io.files import Files
from headwater.io.pickled_files import PickledFiles
from headwater.io.root import Root
from headwater.io.store import FolderStore
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    UnsafeKeyError,
    VersionNotFoundError,
)
from headwater.model.key import AssetKey


def files_with(folder: Path, **options: Any) -> Files:
    return Files(FolderStore(Root(folder)), FileOptions(**{"format": "json", "versions": 3, **options}))


def store(files: Files, value: Any, key: Any = "a", **context: Any) -> None:
    files.handle_output(build_output_context(asset_key=key, **context), value)


def input_of(key: Any = "a", **context: Any) -> InputContext:
    return build_input_context(asset_key=key, **context)


def kept(files: Files, key: Any = "a", **context: Any) -> list[tuple[Any, bool]]:
    """The values that are kept, oldest first, and whether each is the current one."""
    told = input_of(key, **context)
    return [
        (files.load_version(told, each.version_id), each.is_current) for each in files.list_versions(told)
    ]


def test_the_latest_values_stay_and_the_path_is_as_it_was(tmp_path: Path) -> None:
    files = files_with(tmp_path)
    for number in range(5):
        store(files, [number], run_id=f"run-{number}")
    assert kept(files) == [([2], False), ([3], False), ([4], True)]
    assert (tmp_path / "a.json").read_text() == "[4]"
    versions = files.list_versions(input_of())
    assert [each.size_bytes for each in versions] == [3, 3, 3]
    assert sorted(each.stored_at for each in versions) == [each.stored_at for each in versions]


def test_what_is_replaced_becomes_a_version_and_is_not_copied(tmp_path: Path) -> None:
    files = files_with(tmp_path)
    store(files, [1])
    before = (tmp_path / "a.json").stat()
    assert os.listdir(tmp_path) == ["a.json"]  # a value that was stored once costs nothing
    store(files, [2])
    [version] = (tmp_path / ".%versions" / "a.json%v").iterdir()
    assert version.stat().st_ino == before.st_ino
    assert version.suffix != ".json"  # a pattern such as **/*.json does not find it


def test_the_latest_two_are_kept_where_nothing_is_said(tmp_path: Path) -> None:
    plain = PickledFiles(tmp_path / "plain")
    passing = PickledFiles(tmp_path / "passing", lasting=False)
    for number in range(3):
        store(plain, number)
        store(passing, number)
    assert kept(plain) == [(1, False), (2, True)]
    assert kept(passing) == [(2, True)]
    assert os.listdir(tmp_path / "passing") == ["a"]


def test_the_id_of_the_version_is_recorded_with_the_value(tmp_path: Path) -> None:
    files = files_with(tmp_path)
    for number in range(2):
        context = build_output_context(asset_key="a")
        files.handle_output(context, number)
        [current] = [each for each in files.list_versions(input_of()) if each.is_current]
        assert context.get_logged_metadata()["headwater/version"].value == current.version_id


def test_nothing_is_kept_where_nothing_is_wanted(tmp_path: Path) -> None:
    files = files_with(tmp_path, versions=0)
    store(files, 1)
    store(files, 2)
    assert kept(files) == [(2, True)]
    assert os.listdir(tmp_path) == ["a.json"]


def test_versions_keep_their_order_when_the_clock_is_set_back(tmp_path: Path) -> None:
    files = files_with(tmp_path)
    store(files, "first")
    ahead = time.time() + 86_400
    os.utime(tmp_path / "a.json", (ahead, ahead))
    store(files, "second")
    store(files, "third")
    assert kept(files) == [("first", False), ("second", False), ("third", True)]


def test_days_are_a_limit_too(tmp_path: Path) -> None:
    files = files_with(tmp_path, versions=None, versions_days=3)
    for days_ago in (5, 4, 2, 1):
        store(files, days_ago)
        then = time.time() - days_ago * 86_400
        os.utime(tmp_path / "a.json", (then, then))
    store(files, 0)
    assert kept(files) == [(2, False), (1, False), (0, True)]


def test_collecting_takes_what_is_beyond_the_limits_and_never_the_current_value(tmp_path: Path) -> None:
    files = files_with(tmp_path, versions=5)
    for number in range(4):
        store(files, number)
    now = datetime.datetime.now(datetime.UTC)
    files.restore_version(input_of(), files.list_versions(input_of())[0].version_id)
    assert files.collect_versions(input_of(), None, now, dry_run=False) == []
    beyond_two = VersionLimits(count=2)
    would = files.collect_versions(input_of(), beyond_two, now, dry_run=True)
    assert len(kept(files)) == 4
    assert files.collect_versions(input_of(), beyond_two, now, dry_run=False) == would
    assert kept(files) == [(0, True), (3, False)]
    files.collect_versions(input_of(), VersionLimits(days=1), now + datetime.timedelta(days=9), dry_run=False)
    assert kept(files) == [(0, True)]
    assert files.load_input(input_of()) == 0


def test_restoring_publishes_the_very_file_and_removes_no_newer_one(tmp_path: Path) -> None:
    files = files_with(tmp_path)
    for number in range(3):
        store(files, number)
    restored = files.restore_version(input_of(), files.list_versions(input_of())[0].version_id)
    assert restored.is_current
    assert files.load_input(input_of()) == 0
    assert kept(files) == [(0, True), (1, False), (2, False)]
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]
    assert files.restore_version(input_of(), restored.version_id) == restored  # once more changes nothing


def test_what_lay_there_before_versions_were_kept_becomes_one(tmp_path: Path) -> None:
    store(files_with(tmp_path, versions=0), "before")
    files = files_with(tmp_path)
    store(files, "after", run_id="run")
    assert kept(files) == [("before", False), ("after", True)]


def test_a_value_that_another_program_put_there_is_not_lost_by_a_rollback(tmp_path: Path) -> None:
    files = files_with(tmp_path)
    store(files, "ours")
    [version] = files.list_versions(input_of())
    (tmp_path / "new").write_text('"theirs"')
    (tmp_path / "new").replace(tmp_path / "a.json")
    assert kept(files) == [("theirs", True)]
    with pytest.raises(VersionNotFoundError):  # it was replaced behind our back, and is gone
        files.restore_version(input_of(), version.version_id)
    store(files, "ours")
    [_, version] = files.list_versions(input_of())
    files.restore_version(input_of(), files.list_versions(input_of())[0].version_id)
    assert kept(files) == [("theirs", True), ("ours", False)]
    files.restore_version(input_of(), version.version_id)
    assert kept(files) == [("theirs", False), ("ours", True)]


def test_each_partition_has_versions_of_its_own(tmp_path: Path) -> None:
    files = files_with(tmp_path)
    for key in ("x", "y"):
        for number in range(2):
            store(files, [key, number], partition_key=key)
    assert kept(files, partition_key="x") == [(["x", 0], False), (["x", 1], True)]
    first = files.list_versions(input_of(partition_key="x"))[0]
    files.restore_version(input_of(partition_key="x"), first.version_id)
    assert files.load_input(input_of(partition_key="x")) == ["x", 0]
    assert files.load_input(input_of(partition_key="y")) == ["y", 1]
    with pytest.raises(CheckError, match="Say which partition"):
        files.list_versions(InputContext(asset_key=AssetKey("a"), asset_partition_keys=["x", "y"]))


def test_keys_within_each_other_and_ugly_ones_do_not_mix(tmp_path: Path) -> None:
    files = files_with(tmp_path, format="pickle")
    keys = [["a"], ["a", "b"], ["a%v"], [".%versions"], ["..", "a/b"], [".%versions", "a%v"], ["x" * 300]]
    for number in range(2):
        for key in keys:
            store(files, (key, number), key=key)
    for key in keys:
        assert kept(files, key) == [((key, 0), False), ((key, 1), True)]
        assert files.load_input(input_of(key)) == (key, 1)


def test_a_link_that_leads_out_of_the_root_is_refused(tmp_path: Path) -> None:
    files = files_with(tmp_path / "data")
    store(files, 1)
    store(files, 2)
    folder = tmp_path / "data" / ".%versions"
    folder.rename(tmp_path / "outside")
    folder.symlink_to(tmp_path / "outside")
    with pytest.raises(UnsafeKeyError, match="outside of"):
        files_with(tmp_path / "data").list_versions(input_of())


def test_the_output_of_an_op_has_no_versions(tmp_path: Path) -> None:
    output = build_output_context(run_id="run", step_key="step", name="result")
    files_with(tmp_path).handle_output(output, 1)
    assert os.listdir(tmp_path) == ["run"]


def test_copies_serve_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    files = files_with(tmp_path)
    store(files, "first")
    store(files, "second one")
    assert kept(files) == [("first", False), ("second one", True)]
    files.restore_version(input_of(), files.list_versions(input_of())[0].version_id)
    assert kept(files) == [("first", True), ("second one", False)]


def test_a_version_that_is_not_kept_is_an_error_that_names_those_which_are(tmp_path: Path) -> None:
    files = files_with(tmp_path)
    store(files, 1)
    [version] = files.list_versions(input_of())
    with pytest.raises(VersionNotFoundError, match=version.version_id) as raised:
        files.restore_version(input_of(), "20200101T000000000000")
    assert raised.value.known == [version.version_id]


def test_the_asset_says_how_many_over_pattern_and_manager(tmp_path: Path) -> None:
    options = FileOptions(versions=0).over(FileOptions(versions_days=2, format="csv"))
    assert (options.versions, options.versions_days, options.format) == (0, None, "csv")
    with pytest.raises(DagsterInvalidDefinitionError, match="versions_days=0"):
        FileOptions(versions_days=0)
    with pytest.raises(DagsterInvalidDefinitionError, match="versions=-1"):
        FileOptions(versions=-1)
    by_pattern = {"raw/*": FileOptions(versions=3)}
    files = Files(FolderStore(Root(tmp_path)), FileOptions(format="json"), by_pattern)
    for _ in range(3):
        store(files, 1, key=["raw", "a"])
        store(files, 1, key="b")
    assert len(kept(files, ["raw", "a"])) == 3
    assert len(kept(files, "b")) == 2
