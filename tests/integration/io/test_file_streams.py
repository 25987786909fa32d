"""Streams through files in runs: values larger than memory go in, on and out bit by bit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import headwater as hw
from headwater.io.file_options import FileOptions
from headwater.io.filesystem import FilesystemIOManager
from headwater.model.errors import DagsterExecutionHandleOutputError

PROGRAM = Path(__file__).with_name("stream_program.py")


@hw.asset
def numbers() -> Iterator[pd.DataFrame]:
    for start in (0, 2, 4):
        yield pd.DataFrame({"n": [start, start + 1]})


@hw.asset
def even(numbers: pl.LazyFrame) -> pl.LazyFrame:
    return numbers.filter(pl.col("n") % 2 == 0)


@hw.asset
def batches(even: Iterator[pd.DataFrame]) -> pa.RecordBatchReader:
    frames = list(even)
    return pa.Table.from_pandas(pd.concat(frames)).to_reader()


@hw.asset
def count(batches: pd.DataFrame) -> int:
    return len(batches)


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl", "arrow"])
def test_streams_go_from_asset_to_asset(tmp_path: Path, form: str) -> None:
    files = FilesystemIOManager(
        base_dir=str(tmp_path), options={"*s": FileOptions(format=form), "e*": FileOptions(format=form)}
    )
    result = hw.materialize([numbers, even, batches, count], resources={"io_manager": files})
    assert result.output_for_node("count") == 3
    [made] = result.asset_materializations_for_node("numbers")
    assert made.metadata["dagster/row_count"].value == 6


def test_a_stream_that_breaks_off_leaves_what_was_stored_before(tmp_path: Path) -> None:
    files = {"io_manager": FilesystemIOManager(base_dir=str(tmp_path), format="auto")}
    hw.materialize([numbers], resources=files)

    @hw.asset(name="numbers")
    def broken() -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({"n": [99]})
        raise ConnectionError("the source went away")

    with pytest.raises(ConnectionError, match="the source went away"):
        hw.materialize([broken], resources=files)
    assert pd.read_parquet(tmp_path / "numbers.parquet")["n"].tolist() == [0, 1, 2, 3, 4, 5]
    failed = hw.materialize([broken], resources=files, raise_on_error=False)
    [failure] = [event for event in failed.all_events if event.is_step_failure]
    assert DagsterExecutionHandleOutputError.__name__ in str(failure.event_specific_data)


def test_bytes_stream_as_well(tmp_path: Path) -> None:
    @hw.asset
    def pieces() -> Iterator[bytes]:
        yield b"ab"
        yield b"c"

    @hw.asset
    def joined(pieces: Iterator[bytes]) -> str:
        return b"".join(pieces).decode()

    files = FilesystemIOManager(base_dir=str(tmp_path), format="auto")
    hw.materialize([pieces, joined], resources={"io_manager": files})
    assert (tmp_path / "pieces.bin").read_bytes() == b"abc"
    assert (tmp_path / "joined.txt").read_text() == "abc"


@pytest.mark.slow
@pytest.mark.parametrize(("form", "megabytes"), [("parquet", 1024), ("arrow", 512), ("csv", 512)])
def test_more_than_memory_allows_goes_through_files(tmp_path: Path, form: str, megabytes: int) -> None:
    command = [sys.executable, str(PROGRAM), str(tmp_path), form, str(megabytes), "400"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "used" in done.stdout
