"""No list scans the log: the plan of each query, as SQLite tells it, over a history with many lines."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headwater.adapters.sql.sqlite.storage import SqliteStorage, open_storage
from headwater.model.backfill import OPEN_STATUSES, PartStatus
from headwater.model.event import EventKind, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.partition_status import AssetPartitionStatus
from headwater.model.run import RunsFilter, RunStatus
from tests.contracts.story import add_run, event, line, made

KEY = AssetKey("x")
FAILED = AssetPartitionStatus.FAILED


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    storage = open_storage(tmp_path)
    for number in range(20):
        add_run(storage, f"r{number}", color="red")
        storage.event_log.append(
            [event(EventKind.RUN_START, f"r{number}"), made("x", f"r{number}", partition="p")]
        )
        storage.event_log.append([line("text", f"r{number}") for _ in range(50)])
    yield storage
    storage.close()


def scanned_tables(storage: SqliteStorage, ask: Callable[[], object]) -> set[str]:
    """The tables which ``ask`` reads from end to end, by the plans of the statements that it runs."""
    statements: list[str] = []
    storage.database.reader.rows("SELECT 1")
    handle = storage.database.reader._handle
    assert handle is not None
    handle.set_trace_callback(statements.append)
    ask()
    handle.set_trace_callback(None)
    assert statements
    with contextlib.closing(sqlite3.connect(storage.location)) as reader:
        plans = [row[3] for sql in statements for row in reader.execute(f"EXPLAIN QUERY PLAN {sql}")]
    return {words[1] for plan in plans if (words := plan.split())[0] == "SCAN" and words[1] in TABLES}


TABLES = {
    "events",
    "runs",
    "steps",
    "assets",
    "asset_partitions",
    "asset_partition_counts",
    "run_tags",
    "backfills",
    "backfill_parts",
}


def test_the_measure_itself(storage: SqliteStorage) -> None:
    assert scanned_tables(storage, storage.event_log.size) == {"events"}


@pytest.mark.parametrize(
    "ask",
    [
        lambda storage: storage.event_log.append([]),
        lambda storage: storage.event_log.run_events("r3", after=10, limit=5),
        lambda storage: storage.event_log.step_states("r3"),
        lambda storage: storage.event_log.latest_materialization(KEY),
        lambda storage: storage.event_log.latest_materialization(KEY, "p"),
        lambda storage: storage.event_log.latest_materializations([KEY]),
        lambda storage: storage.event_log.latest_observations([KEY]),
        lambda storage: storage.event_log.materialized_partitions(KEY),
        lambda storage: storage.event_log.find(EventRecordsFilter(asset_key=KEY), limit=5),
        lambda storage: storage.event_log.find(EventRecordsFilter(event_type=EventKind.RUN_FAILURE), limit=1),
        lambda storage: storage.event_log.find(EventRecordsFilter(after_cursor=900), ascending=True),
        lambda storage: storage.event_log.find(EventRecordsFilter(storage_ids=[3, 4])),
        lambda storage: storage.event_log.count_materialized_partitions(KEY),
        lambda storage: storage.partition_status.counts([KEY]),
        lambda storage: storage.partition_status.statuses(KEY, ["p", "q"]),
        lambda storage: storage.partition_status.page(KEY, FAILED, after="p", limit=5),
        lambda storage: storage.partition_status.changes(KEY, (0, 30)),
        lambda storage: storage.partition_status.runs(KEY, ["p"]),
        lambda storage: storage.backfills.get("b"),
        lambda storage: storage.backfills.find(statuses=OPEN_STATUSES, ascending=True),
        lambda storage: storage.backfills.find(before=9, limit=5),
        lambda storage: storage.backfills.parts("b", statuses=[PartStatus.FAILURE], after=3, limit=5),
        lambda storage: storage.backfills.counts(["b", "c"]),
        lambda storage: storage.runs.get("r3"),
        lambda storage: storage.runs.find(RunsFilter(run_ids=["r3", "r4"])),
        lambda storage: storage.runs.find(RunsFilter(job_name="job"), limit=5, before="r9"),
        lambda storage: storage.runs.find(RunsFilter(statuses=[RunStatus.QUEUED])),
        lambda storage: storage.runs.find(RunsFilter(tags={"color": "blue"})),
        lambda storage: storage.runs.find(RunsFilter(updated_after=5e9), limit=5),
    ],
)
def test_no_list_scans_a_table(storage: SqliteStorage, ask: Callable[[SqliteStorage], object]) -> None:
    assert scanned_tables(storage, lambda: ask(storage)) == set()


def test_all_assets_cost_the_assets_not_the_log(storage: SqliteStorage) -> None:
    assert scanned_tables(storage, storage.event_log.latest_materializations) == {"assets"}
    assert scanned_tables(storage, storage.event_log.asset_keys) == {"assets"}
