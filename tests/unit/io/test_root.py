"""The root of values: what is below it, beside each other, and never outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.io.publish import publish
from headwater.io.root import Root
from headwater.model.errors import UnsafeKeyError


def write(root: Root, *parts: str) -> str:
    place = root.place(root.path_of(parts))
    publish(place, lambda file: file.write("/".join(parts).encode()))
    return place


def read(root: Root, *parts: str) -> str:
    with root.open(root.path_of(parts)) as file:
        return file.read().decode()


def test_paths_are_written_as_the_root_is_given(tmp_path: Path) -> None:
    assert Root("data").path_of(("raw", "flights")) == "data/raw/flights"
    assert Root("data/").path_of(("flights",)) == "data/flights"
    assert Root(".").path_of(("flights",)) == "flights"
    assert Root(tmp_path).path_of(("flights",)) == f"{tmp_path}/flights"


@pytest.mark.parametrize("shortest_first", [True, False])
def test_a_key_and_a_longer_key_which_begins_with_it_are_both_kept(
    tmp_path: Path, shortest_first: bool
) -> None:
    root = Root(tmp_path)
    keys = [("a",), ("a", "b"), ("a", "b", "c"), ("a", "b", "d")]
    for key in keys if shortest_first else reversed(keys):
        write(root, *key)
    assert [read(root, *key) for key in keys] == ["a", "a/b", "a/b/c", "a/b/d"]
    with pytest.raises(FileNotFoundError):
        read(root, "a", "x")


def test_a_link_to_outside_is_neither_followed_nor_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    inside = tmp_path / "root"
    inside.mkdir()
    (inside / "folder").symlink_to(outside)
    (inside / "file").symlink_to(outside / "secret")
    root = Root(inside)
    for parts in (("folder", "secret"), ("file",)):
        with pytest.raises(UnsafeKeyError, match="outside"):
            read(root, *parts)
    with pytest.raises(UnsafeKeyError, match="base_dir"):
        write(root, "folder", "new")
    assert write(root, "file") == str(inside / "file")  # the link is replaced, not what it leads to
    assert (outside / "secret").read_text() == "secret"
    assert read(root, "file") == "file"


def test_links_within_the_root_and_a_root_that_is_a_link_are_fine(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    root = Root(tmp_path / "data")
    write(root, "flights")
    (tmp_path / "disk" / "again").symlink_to("flights")
    assert read(root, "again") == "flights"
