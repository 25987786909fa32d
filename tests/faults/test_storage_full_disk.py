"""No room left: a typed error, nothing half-written, and work goes on when there is room again."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.adapters.sql.sqlite.storage import SqliteStorage, open_storage
from headwater.model.errors import StorageError
from headwater.model.event import EventKind
from headwater.model.key import AssetKey
from tests.contracts.story import add_run, event, line, made, messages, status_of

pytestmark = pytest.mark.faults


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    with contextlib.closing(open_storage(tmp_path)) as storage:
        add_run(storage)
        storage.event_log.append([line("before")])
        yield storage


def set_room(storage: SqliteStorage, pages: int | None) -> None:
    """Let the database grow by so many pages (or without limit); SQLite itself then says it is full."""
    ((now,),) = storage.database.writer.rows("PRAGMA page_count")
    storage.database.writer.rows(f"PRAGMA max_page_count = {1_000_000_000 if pages is None else now + pages}")


def test_a_batch_that_does_not_fit_leaves_nothing(storage: SqliteStorage) -> None:
    set_room(storage, 20)
    batch = [
        event(EventKind.RUN_START),
        made("x"),
        event(EventKind.STEP_START, step="s"),
        line("x" * 200_000),
    ]
    with pytest.raises(StorageError, match=r"history\.db.*full.*free some space"):
        storage.event_log.append(batch)
    assert messages(storage.event_log.run_events("r1")) == ["before"]
    assert status_of(storage) == "NOT_STARTED"
    assert storage.event_log.step_states("r1") == []
    assert storage.event_log.latest_materialization(AssetKey("x")) is None

    set_room(storage, None)
    assert storage.event_log.append(batch) == 5
    assert status_of(storage) == "STARTED"


def test_until_the_disk_is_full_and_after(storage: SqliteStorage) -> None:
    set_room(storage, 40)

    def fill() -> None:
        for number in range(1000):
            storage.event_log.append([line(f"{number}/{part} " + "x" * 500) for part in range(6)])

    with pytest.raises(StorageError, match="full"):
        fill()
    kept = storage.event_log.size() - 1
    assert kept > 0
    assert kept % 6 == 0
    with pytest.raises(StorageError, match="full"):  # and it stays so
        storage.event_log.append([line("x" * 50_000)])
    set_room(storage, None)
    assert storage.event_log.append([line("after")]) == kept + 2
    assert storage.database.rows("PRAGMA integrity_check") == [("ok",)]


WITHIN_A_LIMIT = """
import resource, sys
from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.model.errors import StorageError
from headwater.model.event import Event, EventKind

log = open_storage(sys.argv[1]).event_log
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
batch = [Event(kind=EventKind.LOG, run_id="r1", message="x" * 4000) for _ in range(5)]
committed = 0
try:
    for _ in range(1000):
        log.append(batch)
        committed += 1
except StorageError as error:
    assert sys.argv[1] in str(error), error
assert 0 < committed < 1000
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
log.append(batch)
print(committed + 1)
"""


def test_a_write_that_the_system_refuses(tmp_path: Path) -> None:
    """The operating system limits the size of files: the write itself fails, not SQLite's own count."""
    command = [sys.executable, "-c", WITHIN_A_LIMIT, str(tmp_path)]
    process = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert process.returncode == 0, process.stderr
    with contextlib.closing(open_storage(tmp_path)) as storage:
        assert storage.event_log.size() == 5 * int(process.stdout)
        assert storage.database.rows("PRAGMA integrity_check") == [("ok",)]
