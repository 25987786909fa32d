"""Files that ops write and hand on by a handle."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest

from headwater import (
    LocalFileHandle,
    build_init_resource_context,
    job,
    local_file_manager,
    op,
)
from headwater.io.file_manager import LocalFileManager
from headwater.model.errors import CheckError, DagsterInvariantViolationError


@pytest.fixture
def manager(tmp_path: Path) -> LocalFileManager:
    return LocalFileManager(tmp_path / "files")


def test_what_is_written_is_read(manager: LocalFileManager) -> None:
    handle = manager.write_data(b"abc", ext="txt")
    assert handle.path_desc == handle.path
    assert handle.path.endswith(".txt")
    assert manager.read_data(handle) == b"abc"
    assert manager.read_data(manager.write(io.BytesIO(b"def"))) == b"def"
    assert manager.read_data(manager.write(io.StringIO("ä"), mode="w")) == "ä".encode()
    with manager.read(handle, mode="r") as file:
        assert file.read() == "abc"


def test_each_file_has_a_name_of_its_own(manager: LocalFileManager) -> None:
    assert manager.write_data(b"a").path != manager.write_data(b"a").path


def test_a_copy_goes_when_it_is_told_to(manager: LocalFileManager) -> None:
    copy = manager.copy_handle_to_local_temp(manager.write_data(b"abc", ext="csv"))
    assert copy.endswith(".csv")
    assert Path(copy).read_bytes() == b"abc"
    manager.delete_local_temp()
    assert not os.path.exists(copy)


def test_text_and_foreign_handles_are_refused(manager: LocalFileManager) -> None:
    with pytest.raises(CheckError, match="Encode text first"):
        manager.write_data("abc")  # type: ignore[arg-type]  # that it is refused is what is shown
    with pytest.raises(CheckError, match="takes a LocalFileHandle"):
        manager.read_data("x")
    with pytest.raises(FileNotFoundError):
        manager.read_data(LocalFileHandle("/nope"))


@op(required_resource_keys={"files"})
def writes(context: Any) -> str:
    handle: LocalFileHandle = context.resources.files.write_data(b"x")
    return handle.path


@job(resource_defs={"files": local_file_manager})
def keeps() -> None:
    writes()


def test_a_run_keeps_its_files_in_the_folder_that_it_is_told(tmp_path: Path) -> None:
    config = {"resources": {"files": {"config": {"base_dir": str(tmp_path)}}}}
    path = keeps.execute_in_process(run_config=config).output_for_node("writes")
    assert Path(path).parent == tmp_path


def test_without_a_folder_they_are_kept_with_the_run() -> None:
    result = keeps.execute_in_process()
    assert result.run_id in result.output_for_node("writes")


def test_without_a_folder_and_an_instance_there_is_no_place() -> None:
    with pytest.raises(DagsterInvariantViolationError, match="Configure base_dir"):
        local_file_manager(build_init_resource_context())
