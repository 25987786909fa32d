"""Publishing files: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from headwater.io.exchange import exchange
from headwater.io.publish import make_folder, publish, publish_new, staged_entries, sweep

if os.name == "posix":
    import fcntl


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_replaces_the_one_before_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "value"
    publish(str(path), lambda file: file.write(b"one"))
    publish(str(path), lambda file: file.write(b"two"))
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["value"]


def test_a_writer_that_raises_leaves_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "value"
    path.write_bytes(b"before")

    def write(file: BinaryIO) -> None:
        file.write(b"half of it")
        file.flush()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(str(path), write)
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["value"]


def test_readers_see_the_file_before_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "value"
    path.write_bytes(b"before")

    def write(file: BinaryIO) -> None:
        file.write(b"after")
        file.flush()
        assert path.read_bytes() == b"before"

    publish(str(path), write)
    assert path.read_bytes() == b"after"


def test_staged_entries_have_the_right_name_and_companions_are_published_too(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with staged_entries(str(path)) as staged:
        assert os.path.basename(staged) == "table.csv"
        Path(staged).write_text("a,b")
        Path(f"{staged}.sha256").write_text("c0ffee")
        assert not path.exists()
    assert path.read_text() == "a,b"
    assert names(tmp_path) == ["table.csv", "table.csv.sha256"]


def test_a_folder_replaces_a_folder_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "dataset"
    path.write_text("a file once")
    for number in range(2):
        with staged_entries(str(path)) as staged:
            os.mkdir(staged)
            Path(staged, f"part-{number}").write_text(str(number))
        assert names(path) == [f"part-{number}"]
    assert names(tmp_path) == ["dataset"]


def test_staged_entries_of_a_writer_that_raises_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "dataset"

    def fail(staged: str) -> None:
        os.makedirs(f"{staged}/part")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), staged_entries(str(path)) as staged:
        fail(staged)
    assert names(tmp_path) == []


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    path = tmp_path / "database"
    publish_new(str(path), lambda staged: Path(staged).write_text("first"))
    publish_new(str(path), lambda staged: Path(staged).write_text("second"))
    assert path.read_text() == "first"
    assert names(tmp_path) == ["database"]


def test_a_folder_cannot_be_made_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_folder(str(tmp_path / "file" / "below"))


def test_two_names_change_places(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.write_text("file")
    if exchange(str(one), str(other)):
        assert one.read_text() == "file"
        assert other.is_dir()
    else:  # a file system which cannot: nothing is done
        assert one.is_dir()
    with pytest.raises(OSError, match="No such file"):
        exchange(str(one), str(tmp_path / "nothing"))


@pytest.mark.skipif(os.name != "posix", reason="only locks tell what dead writers left, and Windows has none")
def test_what_is_being_written_is_not_swept_away(tmp_path: Path) -> None:
    alive, dead, value = tmp_path / ".%alive.part", tmp_path / ".%dead.part", tmp_path / ".part"
    for path in (alive, dead, value):
        path.touch()
    (tmp_path / ".%dead-folder.part" / "inside").mkdir(parents=True)
    with alive.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        sweep(str(tmp_path))
    assert names(tmp_path) == [".%alive.part", ".part"]
