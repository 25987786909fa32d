"""A process that dies while it stores a table in Postgres: the value before is whole, and the next write succeeds."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from headwater.model.errors import ValueNotFoundError
from tests.faults.value_writer import load_value, store_value
from tests.faults.value_writers import ValueWriters, value_writers
from tests.postgres_server import postgres_server

pytestmark = pytest.mark.faults

SECONDS_OF_A_WRITE = 0.06


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="module")
def writers() -> Iterator[ValueWriters]:
    with value_writers() as running:
        yield running


def check_kills(writers: ValueWriters, place: str, kills: int) -> None:
    moments = random.Random(place.partition("#")[2])
    number = 0
    store_value("postgres", place, number)
    for _ in range(kills):
        said = writers.kill(
            "loop", "postgres", place, number + 1, after_seconds=moments.random() * 3 * SECONDS_OF_A_WRITE
        )
        begun = [int(line.removeprefix("begin ")) for line in said if line.startswith("begin ")]
        stored = [int(line.removeprefix("stored ")) for line in said if line.startswith("stored ")]
        found = load_value("postgres", place)
        assert found in {*begun[-1:], stored[-1] if stored else number}
        number = found + 1
        store_value("postgres", place, number)
        assert load_value("postgres", place) == number


def test_killed_at_some_moments(writers: ValueWriters, url: str) -> None:
    check_kills(writers, f"{url}#some", kills=15)


@pytest.mark.slow
def test_killed_at_eighty_moments(writers: ValueWriters, url: str) -> None:
    check_kills(writers, f"{url}#many", kills=80)


def test_killed_while_the_first_value_of_all_is_stored(writers: ValueWriters, url: str) -> None:
    moments = random.Random("first")
    for turn in range(10):
        place = f"{url}#turn{turn}"
        writers.kill("loop", "postgres", place, 1, after_seconds=moments.random() * SECONDS_OF_A_WRITE)
        try:
            assert load_value("postgres", place) >= 1
        except ValueNotFoundError:  # it was killed before the first value was whole
            pass
        store_value("postgres", place, 7)
        assert load_value("postgres", place) == 7
