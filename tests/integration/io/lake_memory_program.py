"""Streams more through a lake than memory would hold: run by ``test_lake_memory.py`` with a kind of lake and a folder.

``lake_memory_program.py KIND FOLDER FRAMES`` stores so many frames of 16 MB, and adds them up lazily; it says how much
memory the process had in use at most, above what it had after one frame.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.integration.io.lakes import LAKES, load, opened, store
from tests.integration.io.table_memory_program import ROWS_OF_A_FRAME, memory_mb


def frames(count: int) -> Iterator[pl.DataFrame]:
    noise = np.random.default_rng(7)
    for number in range(count):
        ids = np.arange(ROWS_OF_A_FRAME) + number * ROWS_OF_A_FRAME
        yield pl.DataFrame({"id": ids, "noise": noise.integers(0, 2**62, ROWS_OF_A_FRAME)})


def main() -> None:
    kind, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    lake = opened(LAKES[kind](folder))
    store(lake, frames(1))
    before = memory_mb()
    store(lake, frames(count))
    rows = sum(frame.height for frame in load(lake, Iterator[pl.DataFrame]))
    total = load(lake, pl.LazyFrame).select(pl.col("id").sum()).collect(engine="streaming").item()
    print(json.dumps({"rows": rows, "total": total, "above_mb": memory_mb() - before}))


if __name__ == "__main__":
    main()
