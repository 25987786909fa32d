"""Assets of more rows than memory would hold, stored and loaded in one DuckDB file: run by ``test_table_memory.py``.

``stream DATABASE FRAMES`` stores a stream of frames of 16 MB, makes another table of it frame by frame, and adds it up;
``query DATABASE ROWS`` stores so many rows by a query, and another query over them. Both say how much memory the
process had in use at most, above what it had before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa

import headwater as hw

ROWS_OF_A_FRAME = 1_000_000


def frames(count: int) -> Iterator[pa.RecordBatch]:
    for number in range(count):
        first = number * ROWS_OF_A_FRAME
        ids = pa.array(range(first, first + ROWS_OF_A_FRAME), pa.int64())
        yield pa.record_batch(
            {"id": ids, "noise": [(n * 2654435761) % 2**32 for n in range(ROWS_OF_A_FRAME)]}
        )


def stream(database: str, count: str) -> dict[str, int]:
    found: dict[str, int] = {}

    @hw.asset(io_manager_key="tables")
    def numbers() -> pa.RecordBatchReader:
        batches = frames(int(count))
        schema = pa.schema({"id": pa.int64(), "noise": pa.int64()})
        return pa.RecordBatchReader.from_batches(schema, batches)

    @hw.asset(io_manager_key="tables")
    def doubled(numbers: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        for frame in numbers:
            yield frame.with_columns(pl.col("id") * 2)

    @hw.asset(io_manager_key="tables")
    def total(doubled: pl.LazyFrame) -> None:
        found["total"] = doubled.select(pl.col("id").sum()).collect(engine="streaming").item()

    run(database, numbers, doubled, total)
    return found


def query(database: str, rows: str) -> dict[str, int]:
    found: dict[str, int] = {}

    @hw.asset(io_manager_key="tables")
    def numbers() -> hw.Sql:
        return hw.Sql("SELECT range AS id, range % 1000 AS bucket FROM range({rows})", rows=int(rows))

    @hw.asset(io_manager_key="tables")
    def buckets(numbers: hw.Table) -> hw.Sql:
        return hw.Sql("SELECT bucket, count(*) AS rows FROM {numbers} GROUP BY bucket", numbers=numbers)

    @hw.asset(io_manager_key="tables")
    def total(buckets: hw.Table) -> None:
        found["total"] = sum(buckets.to_arrow()["rows"].to_pylist())

    run(database, numbers, buckets, total)
    return found


def run(database: str, *assets: hw.AssetsDefinition) -> None:
    settings = {"memory_limit": "96MB", "threads": 2}
    tables = hw.DuckDBIOManager(database=database, connection_config=settings)
    assert hw.materialize(list(assets), resources={"tables": tables}).success


def memory_mb() -> int:
    """The most that this program held. Not ``ru_maxrss``, in which Linux counts what the parent held at the fork."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


COMMANDS: dict[str, Callable[..., dict[str, int]]] = {"stream": stream, "query": query}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](sys.argv[2] + ".warm", "1")  # imports and pools are not what is measured
    before = memory_mb()
    told = COMMANDS[sys.argv[1]](*sys.argv[2:])
    print(json.dumps({**told, "peak_mb": memory_mb(), "above_mb": memory_mb() - before}))
