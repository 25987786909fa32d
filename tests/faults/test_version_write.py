"""A writer that keeps versions is killed: the value is readable, each version is whole, and the next write goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.files import Files
from tests.faults.value_writer import KEY, build_manager, load_value, number_of, store_value
from tests.faults.value_writers import ValueWriters, value_writers

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def writers() -> Iterator[ValueWriters]:
    with value_writers() as running:
        yield running


def kept_numbers(place: str) -> tuple[list[int], int | None]:
    """The numbers of all versions, oldest first, and that of the current one; each is loaded whole."""
    manager = build_manager("versions", place)
    assert isinstance(manager, Files)
    context = build_input_context(asset_key=KEY, upstream_output=build_output_context(asset_key=KEY))
    numbers, current = [], None
    for version in manager.list_versions(context):
        numbers.append(number_of("versions", manager.load_version(context, version.version_id)))
        current = numbers[-1] if version.is_current else current
    return numbers, current


def test_killed_before_and_after_each_call_that_reaches_the_disk(
    writers: ValueWriters, tmp_path: Path
) -> None:
    for call in range(1000):
        place = str(tmp_path / str(call))
        store_value("versions", place, 1)
        store_value("versions", place, 2)
        said = writers.run("step", "versions", place, 3, call)
        found = load_value("versions", place)
        assert found in {2, 3}
        numbers, current = kept_numbers(place)
        assert numbers in (
            [1, 2],
            [1, 2, 3],
            [2, 3],
        )  # only what was published, and never less than one before
        assert current == found
        store_value("versions", place, 4)
        assert load_value("versions", place) == 4
        assert kept_numbers(place) == ([found, 4], 4)
        if said == ["stored 3"]:
            break
    assert call > 10  # the calls were really counted


def test_killed_while_versions_are_restored(tmp_path: Path) -> None:
    for call in range(1000):
        place = str(tmp_path / str(call))
        for number in (1, 2):
            store_value("versions", place, number)
        if restore_dies(place, call):
            assert load_value("versions", place) in {1, 2}
            assert kept_numbers(place)[0] == [1, 2]
        else:
            assert load_value("versions", place) == 1
            assert kept_numbers(place) == ([1, 2], 1)
            break
    assert call > 2


def restore_dies(place: str, call: int) -> bool:
    """Whether a child that restores the first version died at that call to the disk."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    calls = iter(range(call))
    for name in ("link", "replace", "unlink"):
        function = getattr(os, name)

        def mortal(*arguments: str, function: object = function) -> object:
            if next(calls, None) is None:
                os._exit(1)
            return function(*arguments)  # type: ignore[operator]

        setattr(os, name, mortal)
    manager = build_manager("versions", place)
    assert isinstance(manager, Files)
    context = build_input_context(asset_key=KEY, upstream_output=build_output_context(asset_key=KEY))
    manager.restore_version(context, manager.list_versions(context)[0].version_id)
    os._exit(0)
