"""Another process holds the database: wait with patience, then say which file, and lose nothing."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headwater.adapters.sql.sqlite.storage import SqliteStorage, open_storage
from headwater.model.errors import StorageLockedError
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun
from tests.contracts.story import line, made, messages

pytestmark = pytest.mark.faults
PATIENCE_SECONDS = 0.3


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    with contextlib.closing(open_storage(tmp_path, patience_seconds=PATIENCE_SECONDS)) as storage:
        storage.event_log.append([line("before")])
        yield storage


@contextlib.contextmanager
def held(storage: SqliteStorage) -> Iterator[sqlite3.Connection]:
    """Hold the write lock, as another process in the midst of a long transaction does."""
    with contextlib.closing(sqlite3.connect(storage.location, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


@pytest.mark.parametrize(
    "write",
    [
        lambda storage: storage.event_log.append([line("late"), made("x")]),
        lambda storage: storage.event_log.wipe_asset(AssetKey("x")),
        lambda storage: storage.runs.add(DagsterRun(run_id="r2", job_name="job")),
        lambda storage: storage.runs.delete("r1"),
        lambda storage: storage.set_values({"a": "b"}),
    ],
    ids=["append", "wipe", "add", "delete", "set"],
)
def test_patience_ends_with_an_error_that_names_the_file(
    storage: SqliteStorage, write: Callable[[SqliteStorage], object]
) -> None:
    with held(storage):
        begun = time.monotonic()
        with pytest.raises(StorageLockedError, match=r"history\.db.*locked for 0\.3 s.*trying again is safe"):
            write(storage)
        assert PATIENCE_SECONDS * 0.9 <= time.monotonic() - begun < 10 * PATIENCE_SECONDS
    assert storage.event_log.size() == 1
    write(storage)  # and now it works


def test_a_lock_that_passes_only_delays(tmp_path: Path) -> None:
    with contextlib.closing(open_storage(tmp_path, patience_seconds=60)) as storage:
        with held(storage):
            writer = threading.Thread(target=storage.event_log.append, args=([line("patient")],))
            writer.start()
            writer.join(timeout=0.25)
            assert writer.is_alive()  # it waits, and does not fail
        writer.join(timeout=30)
        assert messages(storage.event_log.run_events("r1")) == ["patient"]


def test_reading_goes_on_while_somebody_writes(storage: SqliteStorage) -> None:
    with held(storage) as other:
        other.execute("DELETE FROM events")
        assert messages(storage.event_log.run_events("r1")) == ["before"]


def test_a_thread_that_reads_a_long_list_does_not_hold_up_a_writer(storage: SqliteStorage) -> None:
    with storage.database.reader.transaction() as db:
        db.execute("ROLLBACK")
        db.execute("BEGIN")
        db.execute("SELECT * FROM events").fetchone()
        assert storage.event_log.append([line("meanwhile")]) == 2
