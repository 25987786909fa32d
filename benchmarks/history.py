"""What does a long history cost: the questions of a page over a million events, in SQLite and in Postgres?

``python -m benchmarks.history [EVENTS]``; without a number a million.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.replay import ASSETS, Replay
from headwater.adapters.sql.postgres.storage import open_storage as open_server
from headwater.adapters.sql.sqlite.storage import open_storage as open_file
from headwater.adapters.sql.storage import SqlStorage
from headwater.model.event import EventKind, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.run import RunsFilter
from tests.postgres_server import postgres_server

_EVENTS = 1_000_000
_TIMES = 20


def main(events: int = _EVENTS) -> None:
    """Fill one history of each kind, and ask both."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(open_file(folder)) as storage:
        measure(
            "SQLite", storage, events, lambda: sum(path.stat().st_size for path in Path(folder).iterdir())
        )
    with postgres_server() as url, contextlib.closing(open_server(url)) as storage:
        measure(
            "Postgres",
            storage,
            events,
            lambda: storage.database.rows("SELECT pg_database_size(current_database())")[0][0],
        )


def measure(name: str, storage: SqlStorage, events: int, size: Callable[[], int]) -> None:
    """Tell how long the questions take, and what a run adds to the database."""
    replay = Replay()
    before, began_at = size(), time.perf_counter()
    runs = events // replay.size
    run_id = ""
    for hour in range(runs):
        run, happened = replay.run(hour)
        storage.runs.add(run)
        storage.event_log.append(happened)
        run_id = run.run_id
    took = time.perf_counter() - began_at
    print(f"\n{name}: {storage.event_log.size():,} events of {runs:,} runs of {ASSETS} assets")
    print(f"  {'written':32} {took / runs * 1000:8.2f} ms a run ({replay.size} events)")
    print(f"  {'growth':32} {(size() - before) / runs / 1024:8.1f} KB a run")
    for question, ask in questions(storage, run_id).items():
        print(f"  {question:32} {median_ms(ask):8.2f} ms")


def questions(storage: SqlStorage, run_id: str) -> dict[str, Callable[[], object]]:
    """What the page asks."""
    log, key = storage.event_log, AssetKey("asset_7")
    keys = [AssetKey(f"asset_{number}") for number in range(ASSETS)]
    of_key = EventRecordsFilter(event_type=EventKind.ASSET_MATERIALIZATION, asset_key=key)
    return {
        "newest 25 runs": lambda: storage.runs.find(limit=25),
        "runs by tag": lambda: storage.runs.find(RunsFilter(tags={"dagster/partition": "2024-01-02-03:00"})),
        "run page (run, steps, events)": lambda: (
            storage.runs.get(run_id),
            log.step_states(run_id),
            log.run_events(run_id),
        ),
        "history of an asset, 25": lambda: log.find(of_key, limit=25),
        "latest of each of 30 assets": lambda: log.latest_materializations(keys),
        "latest of one partition": lambda: log.latest_materialization(key, "2024-01-02-03:00"),
        "count of partitions": lambda: log.count_materialized_partitions(key),
        "failures of runs, newest 25": lambda: log.find(
            EventRecordsFilter(event_type=EventKind.RUN_FAILURE), limit=25
        ),
    }


def median_ms(ask: Callable[[], object]) -> float:
    """How long an answer takes."""
    taken = []
    for _ in range(_TIMES):
        began_at = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began_at)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
