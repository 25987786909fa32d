"""Materialise N trivial assets with a kept history: seconds of one run for each step."""

import json
import logging
import os
import sys
import time

from dagster import AssetIn, DagsterInstance, FilesystemIOManager, asset, materialize

logging.disable(logging.CRITICAL)
count, shape = int(sys.argv[1]), sys.argv[2]


def make(number):
    if number == 0 or shape == "wide":

        @asset(name=f"a{number}")
        def first():
            return 1

        return first

    @asset(name=f"a{number}", ins={"before": AssetIn(f"a{number - 1}")})
    def next_one(before):
        return before + 1

    return next_one


assets = [make(number) for number in range(count)]
os.mkdir("home")
instance = DagsterInstance.local_temp("home")
resources = {"io_manager": FilesystemIOManager(base_dir="values")}
assert materialize(
    [make(0)], instance=instance, resources=resources
).success  # what is loaded once is loaded now
wall, cpu = time.perf_counter(), time.process_time()
assert materialize(assets, instance=instance, resources=resources).success
print(
    json.dumps(
        {
            "wall ms per step": (time.perf_counter() - wall) / count * 1000,
            "cpu ms per step": (time.process_time() - cpu) / count * 1000,
        }
    )
)
