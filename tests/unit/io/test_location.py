"""Keys as paths: distinct, below the root, and readable again; ordinary ones exactly as Dagster has them."""

from __future__ import annotations

import os

import pytest
from hypothesis import given

from headwater.io.location import decode_path, encode_path, key_parts
from headwater.model.errors import UnsafeKeyError
from tests.ugly_keys import key


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("flights",), "flights"),
        (("raw", "flights_2013"), "raw/flights_2013"),
        (("we.ird", "dash-x", "a b"), "we.ird/dash-x/a b"),
        (("2013-01-01-00:00",), "2013-01-01-00:00"),
        (("8f14e45f-ceea-467f-a8c7-1f0e1f0e1f0e", "graph.op[key]", "result"), None),
        (("é✨",), "é✨"),
        ((".hidden",), ".hidden"),
    ],
)
def test_ordinary_keys_are_the_paths_that_dagster_has(parts: tuple[str, ...], path: str | None) -> None:
    assert encode_path(parts) == (path or "/".join(parts))


@given(key)
def test_every_path_tells_its_key(parts: tuple[str, ...]) -> None:
    assert decode_path(encode_path(parts)) == list(parts)


@given(key, key)
def test_different_keys_have_different_paths(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (encode_path(one) == encode_path(other)) == (one == other)


@given(key)
def test_no_path_leaves_the_root_or_is_too_long_for_a_file_system(parts: tuple[str, ...]) -> None:
    path = encode_path(parts)
    assert os.path.normpath(os.path.join("/root", path)) == f"/root/{path}"
    for name in path.split("/"):
        assert 0 < len(name.encode()) < 250
        assert not name.startswith(".%")  # what is being written is called so
        assert name.upper().partition(".")[0] not in {"CON", "NUL", "COM1", "AUX", "PRN", "LPT9"}


def test_a_key_without_parts_has_no_place() -> None:
    with pytest.raises(UnsafeKeyError, match="names no place"):
        encode_path(())


def test_a_key_that_no_file_system_takes_is_refused() -> None:
    with pytest.raises(UnsafeKeyError, match="Shorten the key"):
        encode_path(("x" * 4000,))


class TwoDimensions(str):
    """A partition key of two dimensions, as `MultiPartitionKey` is."""

    @property
    def keys_by_dimension(self) -> dict[str, str]:
        return {"region": "eu", "date": "2013-01-01"}


def test_partitions_lie_one_folder_deeper_and_each_dimension_in_its_own() -> None:
    assert key_parts(("raw", "flights")) == ("raw", "flights")
    assert key_parts(("raw", "flights"), "2013-01-01") == ("raw", "flights", "2013-01-01")
    assert key_parts(("flights",), TwoDimensions("2013-01-01|eu")) == ("flights", "2013-01-01", "eu")
