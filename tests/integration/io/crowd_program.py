"""One of many processes that store partitions and tables in one DuckDB file: run by ``test_duckdb_crowd.py``.

``write DATABASE WORKER WORKERS PARTITIONS`` stores its share of the partitions, and a table of its own;
``read DATABASE SECONDS`` loads the partitioned table again and again, and says how often.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pandas as pd

from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.db_io_manager import DbIOManager
from headwater.io.duckdb_pandas import DuckDBPandasIOManager
from headwater.model.errors import ValueNotFoundError

BY_DAY = {"partition_expr": "day"}


def manager_of(database: str) -> DbIOManager:
    return DuckDBPandasIOManager(database=database).create_io_manager(build_init_resource_context())


def rows_of(partition: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"day": [f"day {partition}"] * 3, "number": [partition, partition + 1, partition + 2]}
    )


def write(database: str, worker: str, workers: str, partitions: str) -> None:
    manager = manager_of(database)
    for partition in range(int(worker), int(partitions), int(workers)):
        context = build_output_context(
            asset_key="crowd", partition_key=f"day {partition}", definition_metadata=BY_DAY
        )
        manager.handle_output(context, rows_of(partition))
    manager.handle_output(build_output_context(asset_key=f"own_{worker}"), rows_of(int(worker)))


def read(database: str, seconds: str) -> None:
    manager, loads, ends = manager_of(database), 0, time.monotonic() + float(seconds)
    while time.monotonic() < ends:
        upstream = build_output_context(asset_key="crowd")
        try:
            frame = manager.load_input(build_input_context(asset_key="crowd", upstream_output=upstream))
        except ValueNotFoundError:  # before the first partition
            continue
        assert (frame.groupby("day").size() == 3).all()
        loads += 1
    print(loads)


COMMANDS: dict[str, Callable[..., None]] = {"write": write, "read": read}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
