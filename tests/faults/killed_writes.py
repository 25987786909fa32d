"""Kills of processes that store values, at random moments: what is found afterwards, whichever store it is.

``HEADWATER_KILLS`` says how many kills each test makes in the place of its own number: 200 are 1,000 and more in all.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

from tests.faults.value_writer import load_value, store_value
from tests.faults.value_writers import ValueWriters


def kills_or(usual: int, *, share: int = 1) -> int:
    """How many kills a test makes; ``share`` is how many tests divide the number of one store."""
    return int(os.environ.get("HEADWATER_KILLS", usual * share)) // share


def check_kills(
    writers: ValueWriters,
    store: str,
    place: str,
    *,
    kills: int,
    find_strays: Callable[[], object] = lambda: None,
) -> int:
    """Kill processes that store one number after the other, within the first writes of each, as long as these take now.

    Each time the last value that was stored is readable and whole, or the one that was being stored; ``find_strays``
    finds nothing else; and the next write succeeds. Returns how many writes of killed processes ended.
    """
    moments, number, ended = random.Random(place), 0, 0
    store_value(store, place, number)
    began = time.perf_counter()
    store_value(store, place, number)
    seconds_of_a_write = time.perf_counter() - began
    for _ in range(kills):
        moment = moments.random() * 3 * seconds_of_a_write
        said = writers.kill("loop", store, place, number + 1, after_seconds=moment)
        begun = [int(line.removeprefix("begin ")) for line in said if line.startswith("begin ")]
        stored = [int(line.removeprefix("stored ")) for line in said if line.startswith("stored ")]
        found = load_value(store, place)
        assert found in {*begun[-1:], stored[-1] if stored else number}
        assert not find_strays()
        number, ended = found + 1, ended + len(stored)
        store_value(store, place, number)
        assert load_value(store, place) == number
    return ended
