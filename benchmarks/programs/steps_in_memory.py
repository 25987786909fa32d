"""Materialise N trivial assets side by side with no kept history and values in memory: milliseconds for each step."""

import json
import logging
import sys
import time

from dagster import asset, materialize_to_memory

logging.disable(logging.CRITICAL)
count = int(sys.argv[1])


def make(number):
    @asset(name=f"a{number}")
    def first():
        return 1

    return first


assets = [make(number) for number in range(count)]
assert materialize_to_memory(assets[:1]).success  # what is loaded once is loaded now
wall, cpu = time.perf_counter(), time.process_time()
assert materialize_to_memory(assets).success
print(
    json.dumps(
        {
            "wall ms per step": (time.perf_counter() - wall) / count * 1000,
            "cpu ms per step": (time.process_time() - cpu) / count * 1000,
        }
    )
)
