"""Streams a frame that is larger than the memory that it may use through files, and says what it saw.

    python stream_program.py FOLDER FORMAT MEGABYTES LIMIT

MEGABYTES of numbers go in by a generator, through a second asset, and are added up by a third. No more than LIMIT
megabytes of memory may be used beyond what there is after the imports; what the process held at most in all is told too.
Mapped files are not counted.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

import headwater as hw
from headwater.io.file_options import FileOptions
from headwater.io.filesystem import FilesystemIOManager

ROWS_OF_A_MEGABYTE = 2**20 // 16
MEGABYTES = int(sys.argv[3])


@hw.asset
def numbers() -> Iterator[pd.DataFrame]:
    for number in range(MEGABYTES):
        values = np.arange(ROWS_OF_A_MEGABYTE, dtype="int64") + number
        yield pd.DataFrame({"n": values, "x": values / 7})


@hw.asset
def doubled(numbers: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    for batch in numbers:
        yield batch.set_column(0, "n", pa.array(batch.column("n").to_numpy() * 2))


@hw.asset
def total(doubled: pl.LazyFrame) -> int:
    return int(doubled.select(pl.col("n").sum()).collect(engine="streaming").item())


def current_megabytes() -> float:
    """What the process holds now. Pages of mapped files are not in it: the system takes them back when it needs them."""
    _, resident, shared, *_ = Path("/proc/self/statm").read_text().split()
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE") / 2**20


class HighestUse:
    """The memory at its highest, sampled."""

    def __init__(self) -> None:
        self.megabytes = current_megabytes()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._end.wait(0.005):
            self.megabytes = max(self.megabytes, current_megabytes())

    def stop(self) -> float:
        self._end.set()
        self._thread.join()
        return self.megabytes


def main() -> None:
    folder, form, _, limit = sys.argv[1:]
    start = current_megabytes()
    highest = HighestUse()
    streams = {name: FileOptions(format=form) for name in ("numbers", "doubled")}
    files = FilesystemIOManager(base_dir=folder, format="auto", options=streams)
    result = hw.materialize([numbers, doubled, total], resources={"io_manager": files})
    held = highest.stop()
    used = held - start
    expected = sum(
        2 * (ROWS_OF_A_MEGABYTE * (ROWS_OF_A_MEGABYTE - 1) // 2 + ROWS_OF_A_MEGABYTE * number)
        for number in range(MEGABYTES)
    )
    assert result.output_for_node("total") == expected
    assert used < int(limit), f"{used:.0f} MB were used, {limit} are allowed"
    written = sum(each.stat().st_size for each in Path(folder).rglob("*") if each.is_file()) / 2**20
    print(f"used {used:.0f} MB, held {held:.0f} MB at most, wrote {written:.0f} MB")


if __name__ == "__main__":
    main()
