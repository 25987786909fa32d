"""A write of a value that does not come to its end: the value before is whole, and the next write succeeds."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.model.errors import ValueNotFoundError
from tests.faults.killed_writes import check_kills, kills_or
from tests.faults.value_writer import load_value, store_value
from tests.faults.value_writers import ValueWriters, value_writers

pytestmark = pytest.mark.faults

STORES = ["files", "duckdb"]
SECONDS_OF_A_WRITE = {"files": 0.004, "duckdb": 0.05}


@pytest.fixture(scope="module")
def writers() -> Iterator[ValueWriters]:
    with value_writers() as running:
        yield running


def place_of(store: str, folder: Path) -> str:
    return str(folder / "values" if store == "files" else folder / "values.duckdb")


def visible_names(folder: Path) -> list[str]:
    """The files that are values, and those that do not belong there; earlier values are out of sight."""
    names = (name for place, _, names in os.walk(folder) if ".%versions" not in place for name in names)
    return sorted(name for name in names if not name.endswith((".wal", ".duckdb.lock")))


def check(writers: ValueWriters, store: str, folder: Path, kills: int) -> None:
    place = place_of(store, folder)
    only = [os.path.basename(place) if store == "duckdb" else "value"]

    def find_strays() -> (
        bool
    ):  # what is staged has a name that no program looks for, and goes with the next write
        return [name for name in visible_names(folder) if not name.startswith(".%")] != only

    check_kills(writers, store, place, kills=kills, find_strays=find_strays)


@pytest.mark.parametrize("store", STORES)
def test_killed_at_some_moments(writers: ValueWriters, store: str, tmp_path: Path) -> None:
    check(writers, store, tmp_path, kills=20)


@pytest.mark.slow
@pytest.mark.parametrize("store", STORES)
def test_killed_at_two_hundred_moments(writers: ValueWriters, store: str, tmp_path: Path) -> None:
    check(writers, store, tmp_path, kills_or(200))


@pytest.mark.slow
@pytest.mark.parametrize("store", STORES)
def test_killed_while_the_first_value_of_all_is_stored(
    writers: ValueWriters, store: str, tmp_path: Path
) -> None:
    moments = random.Random(store)
    for turn in range(100):
        place = place_of(store, tmp_path / str(turn))
        writers.kill("loop", store, place, 1, after_seconds=moments.random() * SECONDS_OF_A_WRITE[store])
        try:
            assert load_value(store, place) >= 1
        except ValueNotFoundError:  # it was killed before the first value was whole
            pass
        store_value(store, place, 7)
        assert load_value(store, place) == 7


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("first", [True, False], ids=["first write", "second write"])
def test_killed_before_and_after_each_call_that_reaches_the_disk(
    writers: ValueWriters, store: str, first: bool, tmp_path: Path
) -> None:
    for call in range(1000):
        place = place_of(store, tmp_path / str(call))
        if not first:
            store_value(store, place, 1)
        said = writers.run("step", store, place, 2, call)
        if said == ["stored 2"]:
            break
        try:
            assert load_value(store, place) in ({2} if first else {1, 2})
        except ValueNotFoundError:
            assert first
        store_value(store, place, 3)
        assert load_value(store, place) == 3
        assert visible_names(tmp_path / str(call)) == [
            os.path.basename(place) if store == "duckdb" else "value"
        ]
    assert call > 6  # the calls were really counted


@pytest.mark.parametrize("store", STORES)
def test_a_disk_that_is_full(writers: ValueWriters, store: str, tmp_path: Path) -> None:
    place = place_of(store, tmp_path)
    store_value(store, place, 1)
    before = visible_names(tmp_path)
    said = writers.run("full", store, place, 2, 60_000)
    assert len(said) == 1
    assert "File too large" in said[0]
    assert load_value(store, place) == 1
    assert visible_names(tmp_path) == before
    store_value(store, place, 3)
    assert load_value(store, place) == 3


@pytest.mark.parametrize("store", STORES)
def test_a_place_that_may_not_be_written(writers: ValueWriters, store: str, tmp_path: Path) -> None:
    place = place_of(store, tmp_path)
    store_value(store, place, 1)
    for path in [*tmp_path.rglob("*"), tmp_path]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    [said] = writers.run("nobody", store, place, 2)
    assert "Permission denied" in said or "not have permission" in said
    assert load_value(store, place) == 1


def test_what_dead_writers_left_is_removed_by_the_next_process_that_writes(
    writers: ValueWriters, tmp_path: Path
) -> None:
    place = str(tmp_path)
    left: list[Path] = []
    for call in range(100):
        if writers.run("step", "files", place, 1, call) == ["stored 1"]:
            break
        left = [path for path in tmp_path.iterdir() if path.name not in ("value", ".%versions")]
        assert len(left) <= 1  # each new process has removed what the one before left
    assert writers.run("step", "files", place, 2, 1000) == ["stored 2"]
    assert visible_names(tmp_path) == ["value"]
