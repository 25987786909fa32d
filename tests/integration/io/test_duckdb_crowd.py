"""Many processes that store in one DuckDB file while others read it: nobody fails, nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.integration.io import crowd_program


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, crowd_program.__file__, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check_crowd(database: str, *, writers: int, partitions: int, readers: int, read_seconds: float) -> None:
    crowd = [start("write", database, worker, writers, partitions) for worker in range(writers)]
    crowd += [start("read", database, read_seconds) for _ in range(readers)]
    said = [process.communicate() for process in crowd]
    assert [process.returncode for process in crowd] == [0] * len(crowd), [errors for _, errors in said]
    assert all(int(output) > 0 for output, _ in said[writers:])
    with duckdb.connect(database, read_only=True) as connection:
        found = connection.execute("SELECT day, list_sort(list(number)) FROM public.crowd GROUP BY day")
        assert dict(found.fetchall()) == {f"day {n}": [n, n + 1, n + 2] for n in range(partitions)}
        own = connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'own_%'")
        assert len(own.fetchall()) == writers


def test_three_processes_write_while_one_reads(tmp_path: Path) -> None:
    check_crowd(str(tmp_path / "crowd.duckdb"), writers=3, partitions=60, readers=1, read_seconds=2)


@pytest.mark.slow
def test_many_partitions_by_eight_processes(tmp_path: Path) -> None:
    """700 of them; HEADWATER_CROWD says another number, such as the 3,500 that take minutes."""
    partitions = int(os.environ.get("HEADWATER_CROWD", "700"))
    check_crowd(str(tmp_path / "crowd.duckdb"), writers=8, partitions=partitions, readers=2, read_seconds=20)
