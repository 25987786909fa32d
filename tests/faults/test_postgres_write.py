"""A process that dies while it stores a table in Postgres: the value before is whole, and the next write succeeds."""

from __future__ import annotations

import random
from collections.abc import Iterator

import psycopg
import pytest

from headwater.model.errors import ValueNotFoundError
from tests.faults.killed_writes import check_kills, kills_or
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


def check(writers: ValueWriters, url: str, schema: str, kills: int) -> None:
    def find_strays() -> list[tuple[str]]:
        query = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_name != 'value'"
        with psycopg.connect(url) as connection:
            return connection.execute(query, [schema]).fetchall()

    check_kills(writers, "postgres", f"{url}#{schema}", kills=kills, find_strays=find_strays)


def test_killed_at_some_moments(writers: ValueWriters, url: str) -> None:
    check(writers, url, "some", kills=15)


@pytest.mark.slow
def test_killed_at_eighty_moments(writers: ValueWriters, url: str) -> None:
    check(writers, url, "many", kills_or(80))


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
