"""A process that dies while it commits to a lake: the value before is whole, each version too, and the next write works."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.lake_io_manager import LakeIOManager
from headwater.model.errors import ValueNotFoundError
from tests.faults.killed_writes import check_kills, kills_or
from tests.faults.value_writer import KEY, build_manager, load_value, number_of, store_value
from tests.faults.value_writers import ValueWriters, value_writers

pytestmark = pytest.mark.faults

LAKES = ["delta", "iceberg"]


@pytest.fixture(scope="module")
def writers() -> Iterator[ValueWriters]:
    with value_writers() as running:
        yield running


def check_versions(lake: str, place: str) -> None:
    """Each version is the whole of one number, and they rise with time."""
    manager: Any = build_manager(lake, place)
    assert isinstance(manager, LakeIOManager)
    context = build_input_context(asset_key=KEY, upstream_output=build_output_context(asset_key=KEY))
    versions = manager.list_versions(context)
    numbers = [number_of(lake, manager.load_version(context, each.version_id)) for each in versions[-8:]]
    assert numbers == sorted(numbers)
    assert versions[-1].is_current


@pytest.mark.parametrize("lake", ["delta", pytest.param("iceberg", marks=pytest.mark.slow)])
def test_killed_at_some_moments(writers: ValueWriters, lake: str, tmp_path: Path) -> None:
    check_kills(writers, lake, str(tmp_path), kills=4)
    check_versions(lake, str(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("lake", LAKES)
def test_killed_at_more_moments(writers: ValueWriters, lake: str, tmp_path: Path) -> None:
    check_kills(writers, lake, str(tmp_path), kills=kills_or(25))
    check_versions(lake, str(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("lake", LAKES)
def test_killed_while_the_first_value_of_all_is_stored(
    writers: ValueWriters, lake: str, tmp_path: Path
) -> None:
    moments = random.Random(lake)
    for turn in range(10):
        place = str(tmp_path / str(turn))
        writers.kill("loop", lake, place, 1, after_seconds=moments.random() * 0.4)
        try:
            assert load_value(lake, place) >= 1
        except ValueNotFoundError:  # it was killed before the first value was whole
            pass
        store_value(lake, place, 7)
        assert load_value(lake, place) == 7
