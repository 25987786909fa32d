"""Stores a frame of a million rows and ten columns in a DuckDB file, and loads it again, by the I/O manager."""

import json
import sys

import pandas as pd
from dagster import (
    PythonObjectDagsterType,
    build_init_resource_context,
    build_input_context,
    build_output_context,
)
from dagster_duckdb_pandas import DuckDBPandasIOManager

sys.path.insert(0, __file__.rpartition("/")[0])
from duckdb_frame_by_hand import RUNS, build_frame, check
from timing import timed

CONFIG = {"database": "frames.duckdb", "connection_config": {}}


def output():
    return build_output_context(
        asset_key="frame", name="frame", step_key="frame", run_id="run", resource_config=CONFIG
    )


def main():
    frame = build_frame()
    manager = DuckDBPandasIOManager(database="frames.duckdb").create_io_manager(build_init_resource_context())
    wanted = build_input_context(
        asset_key="frame",
        upstream_output=output(),
        dagster_type=PythonObjectDagsterType(pd.DataFrame),
        resource_config=CONFIG,
    )
    shown = timed("store", lambda: manager.handle_output(output(), frame), RUNS)
    shown |= timed("load", lambda: manager.load_input(wanted), RUNS)
    check(manager.load_input(wanted), frame)
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
