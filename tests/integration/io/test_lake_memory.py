"""Tables in lakes that are larger than the memory which may be used for them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.io import lake_memory_program
from tests.integration.io.lakes import LAKES
from tests.integration.io.table_memory_program import ROWS_OF_A_FRAME

FRAMES = 64


@pytest.mark.slow
@pytest.mark.parametrize("kind", LAKES)
def test_a_stream_of_a_gigabyte_takes_half_of_that_at_most(kind: str, tmp_path: Path) -> None:
    command = [sys.executable, lake_memory_program.__file__, kind, str(tmp_path), str(FRAMES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    rows = FRAMES * ROWS_OF_A_FRAME
    assert (found["rows"], found["total"]) == (rows, rows * (rows - 1) // 2)
    assert found["above_mb"] < 512, found
