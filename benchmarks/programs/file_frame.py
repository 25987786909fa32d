"""Stores a frame of a million rows and ten columns in a file, and loads it again, by the I/O manager."""

import json
import sys

import pandas as pd
from dagster import (
    FilesystemIOManager,
    PythonObjectDagsterType,
    build_init_resource_context,
    build_input_context,
    build_output_context,
)

sys.path.insert(0, __file__.rpartition("/")[0])
from file_frame_by_hand import RUNS, SMALL, SMALL_RUNS, build_frame, check
from timing import timed

FRAME = PythonObjectDagsterType(pd.DataFrame)


def output(key="frame"):
    return build_output_context(
        asset_key=key, name="frame", step_key="frame", run_id="run", dagster_type=FRAME
    )


def main():
    form = {"format": sys.argv[1]} if sys.argv[1] != "pickle" else {}
    frame = build_frame()
    manager = FilesystemIOManager(base_dir="values", **form).create_io_manager(build_init_resource_context())
    wanted = build_input_context(asset_key="frame", upstream_output=output(), dagster_type=FRAME)
    shown = timed("store", lambda: manager.handle_output(output(), frame), RUNS)
    shown |= timed("load", lambda: manager.load_input(wanted), RUNS)
    check(manager.load_input(wanted), frame)
    if not form:

        def small():
            return manager.handle_output(build_output_context(asset_key="small"), SMALL)

        shown |= timed("store small", small, SMALL_RUNS)
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
