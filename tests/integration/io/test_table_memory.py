"""Tables that are larger than the memory which may be used for them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.io import table_memory_program

pytestmark = pytest.mark.slow


def told_by(*arguments: object) -> dict[str, int]:
    command = [sys.executable, table_memory_program.__file__, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_stream_of_a_gigabyte_takes_less_than_512_megabytes(tmp_path: Path) -> None:
    frames = 64
    found = told_by("stream", tmp_path / "stream.duckdb", frames)
    rows = frames * table_memory_program.ROWS_OF_A_FRAME
    assert found["total"] == rows * (rows - 1)
    assert found["peak_mb"] < 512, found


def test_a_query_over_fifty_million_rows_takes_no_memory_of_python(tmp_path: Path) -> None:
    found = told_by("query", tmp_path / "query.duckdb", 50_000_000)
    assert found["total"] == 50_000_000
    assert found["above_mb"] < 150, found
