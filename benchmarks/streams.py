"""Do streams that are larger than memory go through? In and out of files and of a DuckDB file, below a limit.

    python -m benchmarks.streams [FORM ...]

A form is parquet, arrow, csv, jsonl or duckdb; without one, all of them. Each writes and reads about 4 GB twice, through
three assets, and removes what it has written; needs 12 GB of disk. A process that held more than the limit at any time
fails the script. (Pages of mapped files, which the system takes back when it needs them, are not counted.)
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_MEGABYTES = 512
MEGABYTES = {"parquet": 4096, "arrow": 4096, "csv": 2048, "jsonl": 1536}
"""Of numbers in memory; as text they are about twice as many bytes."""
FRAMES = 256
"""For DuckDB: of 16 MB each."""
PROGRAMS = Path(__file__).parents[1] / "tests" / "integration" / "io"


def held_megabytes(form: str, folder: str) -> tuple[int, str]:
    """What the process held at most, and what else it says."""
    if form == "duckdb":
        command = ["table_memory_program.py", "stream", f"{folder}/stream.duckdb", str(FRAMES)]
    else:
        command = ["stream_program.py", folder, form, str(MEGABYTES[form]), str(LIMIT_MEGABYTES)]
    program, *arguments = command
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / program), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{form} failed:\n{done.stderr[-2000:]}")
    told = done.stdout.splitlines()[-1]
    if form == "duckdb":
        return int(json.loads(told)["peak_mb"]), told
    [held] = re.findall(r"held (\d+) MB", told)
    return int(held), told


def main() -> None:
    """Send each form through, and tell what it took."""
    for form in sys.argv[1:] or [*MEGABYTES, "duckdb"]:
        with tempfile.TemporaryDirectory(prefix="headwater-stream-") as folder:
            began = time.perf_counter()
            held, told = held_megabytes(form, folder)
            took = time.perf_counter() - began
        sys.stdout.write(f"{form:<8} held {held} MB at most, {took:.0f} s: {told}\n")
        sys.stdout.flush()
        if held > LIMIT_MEGABYTES:
            raise SystemExit(f"{form} held more than {LIMIT_MEGABYTES} MB.")


if __name__ == "__main__":
    main()
