"""A history saved, restored, and copied from SQLite to Postgres and back: nothing of it is lost or other than it was."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.adapters.sql.postgres.storage import PostgresStorage
from headwater.adapters.sql.postgres.storage import open_storage as open_server
from headwater.adapters.sql.sqlite.storage import FILE_NAME, SqliteStorage
from headwater.adapters.sql.sqlite.storage import open_storage as open_file
from headwater.adapters.sql.storage import SqlStorage
from headwater.instance.presence import Presence, SupervisorState
from headwater.instance.run_lease import Holder
from headwater.instance.transfer import back_up, look_into, restore, transfer
from headwater.model.errors import HistoryExistsError, HistoryInUseError, StorageError
from headwater.model.event import EventRecordsFilter
from headwater.model.run import DagsterRun, RunsFilter
from headwater.model.tick import AutomationId, AutomationKind, Tick, TickStatus
from headwater.ports.clock import SystemClock
from headwater.ports.schedule_store import RunToQueue
from tests.contracts.story import add_run, line, made
from tests.migrations.record import tell_story
from tests.postgres_server import fresh_schema

NIGHTLY = AutomationId("here", "nightly")


def tell(storage: SqlStorage) -> None:
    """What there can be in a history."""
    tell_story(storage)
    storage.event_log.append([made("x", partition=f"p{number}\x00") for number in range(7)])
    storage.partitions.add("customers", ["b", "a"])
    tick = Tick(
        automation=NIGHTLY,
        kind=AutomationKind.SCHEDULE,
        due_at=60.0,
        started_at=60.0,
        ended_at=61.0,
        status=TickStatus.SUCCESS,
    )
    storage.schedules.record_tick(
        tick, [RunToQueue("k", DagsterRun(run_id="ticked", job_name="daily"))], cursor="7"
    )
    storage.runs.delete("bad")


def answers(storage: SqlStorage) -> dict[str, Any]:
    """What somebody reads in it."""
    log = storage.event_log
    return {
        "runs": storage.runs.find(),
        "blue": storage.runs.find(RunsFilter(tags={"team": "blue"})),
        "events": log.find(EventRecordsFilter()),
        "made": log.latest_materializations(),
        "partitions": {key: log.materialized_partitions(key) for key in log.asset_keys()},
        "steps": log.step_states("good"),
        "ticks": storage.schedules.ticks(NIGHTLY),
        "states": storage.schedules.states(),
        "dynamic": storage.partitions.keys("customers"),
        "values": dict(storage.get_values()),
    }


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteStorage]:
    with contextlib.closing(open_file(tmp_path / "home")) as storage:
        yield storage


@pytest.fixture
def server(postgres: str) -> Iterator[PostgresStorage]:
    with contextlib.closing(open_server(fresh_schema(postgres))) as storage:
        yield storage


def test_from_a_file_to_a_server(file: SqliteStorage, server: PostgresStorage) -> None:
    tell(file)
    copied = transfer(file, server)
    assert answers(server) == answers(file)
    assert (copied.runs, copied.ticks, copied.assets) == (3, 1, 3)
    # It goes on there: no number is given twice.
    for storage in (file, server):
        add_run(storage, "next")
        storage.event_log.append([line("next", "next")])
        storage.partitions.add("customers", ["c"])
    assert [(each.storage_id, each.dagster_run) for each in server.runs.find()] == [
        (each.storage_id, each.dagster_run) for each in file.runs.find()
    ]
    assert server.event_log.append([]) == file.event_log.append([])
    assert server.partitions.keys("customers") == ["b", "a", "c"]


@pytest.mark.parametrize("kind", ["file", "server"])
def test_a_backup_is_restored(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> None:
    storage: SqlStorage = request.getfixturevalue(kind)
    tell(storage)
    before = answers(storage)
    saved = back_up(storage, tmp_path / "saved.db")
    assert (saved.runs, saved.location) == (3, str(tmp_path / "saved.db"))
    add_run(storage, "after")
    content = (tmp_path / "saved.db").read_bytes()
    with pytest.raises(HistoryExistsError, match=r"holds 4 runs and .* --force"):
        restore(tmp_path / "saved.db", storage)
    assert storage.runs.count() == 4
    restore(tmp_path / "saved.db", storage, replace=True)
    assert answers(storage) == before
    assert (tmp_path / "saved.db").read_bytes() == content
    with pytest.raises(HistoryExistsError, match=r"saved\.db is there already"):
        back_up(storage, tmp_path / "saved.db")


@pytest.mark.parametrize("kind", ["file", "server"])
def test_a_backup_is_one_moment_of_a_history_that_is_written_to(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> None:
    """Each transaction writes a run and its line; a picture between the two would have one more of either."""
    storage: SqlStorage = request.getfixturevalue(kind)
    done = threading.Event()
    begun = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            run = DagsterRun(run_id=f"r{number}", job_name="job")
            storage.database.write(
                lambda db, run=run: (
                    storage.runs.insert(db, run),
                    storage.event_log.insert(db, [line("x", run.run_id)]),
                )  # type: ignore[misc]
            )
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        for number in range(5):
            saved = back_up(storage, tmp_path / f"{number}.db")
            assert saved.runs == saved.events > 0
    finally:
        done.set()
        writer.join()


def test_a_history_in_use_is_not_replaced(file: SqliteStorage, tmp_path: Path) -> None:
    back_up(file, tmp_path / "empty.db")
    presence = Presence(
        file,
        SystemClock(),
        lambda now: SupervisorState(process=Holder.here(), command="up", started_at=now, seen_at=now),
    )
    presence.step()
    with pytest.raises(HistoryInUseError, match=r"headwater up .*headwater stop"):
        restore(tmp_path / "empty.db", file, replace=True)
    presence.end()
    restore(tmp_path / "empty.db", file, replace=True)


def test_what_is_no_backup_is_refused(file: SqliteStorage, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("my own notes\n" * 100)
    tell(file)
    with pytest.raises(StorageError):
        restore(tmp_path / "notes.db", file, replace=True)
    with pytest.raises(StorageError, match="There is no backup"):
        restore(tmp_path / "none.db", file, replace=True)
    assert look_into(file).runs == 3
    assert Path(file.location).name == FILE_NAME
