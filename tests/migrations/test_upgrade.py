"""A history of every release is read by this one."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.adapters.sql.copy import copy_history
from headwater.adapters.sql.postgres.database import PostgresDatabase
from headwater.adapters.sql.postgres.place import parse_url
from headwater.adapters.sql.postgres.storage import MIGRATIONS as POSTGRES_MIGRATIONS
from headwater.adapters.sql.postgres.storage import open_storage as open_server
from headwater.adapters.sql.schema import upgrade_schema
from headwater.adapters.sql.sqlite.database import SqliteDatabase
from headwater.adapters.sql.sqlite.schema import MIGRATIONS
from headwater.adapters.sql.sqlite.storage import FILE_NAME, open_storage
from headwater.adapters.sql.storage import SqlStorage
from headwater.model.event import EventKind, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.run import RunsFilter, RunStatus, StepState, StepStatus
from tests.contracts.story import line, messages
from tests.migrations.record import FLIGHTS, SCHEMAS
from tests.postgres_server import fresh_schema

RELEASES = sorted(SCHEMAS.glob("*.sql"))


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def recorded(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a history as that release left it."""
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.executescript(request.param.read_text(encoding="utf-8"))
    return tmp_path


@pytest.fixture(params=["sqlite", "postgres"])
def storage(request: pytest.FixtureRequest, recorded: Path) -> Iterator[SqlStorage]:
    """That history, opened by this release."""
    opened: SqlStorage = (
        open_storage(recorded)
        if request.param == "sqlite"
        else open_server(as_if_recorded_in_postgres(request, recorded))
    )
    with contextlib.closing(opened):
        yield opened


def as_if_recorded_in_postgres(request: pytest.FixtureRequest, recorded: Path) -> str:
    """The URL of that history in Postgres: the same rows, in the tables that the migrations of the release make there."""
    url = fresh_schema(request.getfixturevalue("postgres"))
    server, file = PostgresDatabase(parse_url(url), 5.0), SqliteDatabase(recorded / FILE_NAME, 5.0)
    server.write(lambda db: db.execute(f'CREATE SCHEMA "{server.place.schema}"'))
    upgrade_schema(
        server, [step for step in POSTGRES_MIGRATIONS if step.number in released_in(recorded)], 0.0
    )
    copy_history(file, server)
    file.close()
    server.close()
    return url


def released_in(recorded: Path) -> set[int]:
    """The numbers of the migrations that the release knew."""
    with contextlib.closing(sqlite3.connect(recorded / FILE_NAME)) as db:
        return {number for (number,) in db.execute("SELECT number FROM migrations")}


def schema_of(path: Path) -> list[tuple[str, str]]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        rows = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        ).fetchall()
    return [(name, sql) for name, sql in rows if not name.startswith("sqlite_")]


def test_there_is_a_release_to_upgrade_from() -> None:
    assert "0.1.0" in {path.stem for path in RELEASES}


def test_runs_are_as_they_were(storage: SqlStorage) -> None:
    records = {record.dagster_run.run_id: record for record in storage.runs.find()}
    assert {run_id: record.dagster_run.status for run_id, record in records.items()} == {
        "good": RunStatus.SUCCESS,
        "bad": RunStatus.FAILURE,
        "waiting": RunStatus.QUEUED,
    }
    assert records["good"].dagster_run.run_config == {"ops": {"flights": {"config": {"year": 2013}}}}
    assert (records["good"].start_time, records["good"].end_time) == (10.0, 14.0)
    assert records["bad"].dagster_run.parent_run_id == "good"
    assert storage.runs.count(RunsFilter(tags={"ü": "🌊"})) == 1


def test_events_and_steps_are_as_they_were(storage: SqlStorage) -> None:
    log = storage.event_log
    assert messages(log.run_events("good", kinds=[EventKind.LOG])) == ["reading flüge.csv"]
    (failure,) = log.run_events("bad", kinds=[EventKind.STEP_FAILURE])
    error = failure.event.error_info
    assert error is not None
    assert (error.cls_name, error.message, error.user_frames[0].line) == ("ValueError", "no such month", 7)
    assert log.step_states("bad") == [
        StepState(
            step_key="raw__flights", status=StepStatus.FAILURE, attempts=2, started_at=21.0, ended_at=24.0
        )
    ]


def test_assets_are_as_they_were(storage: SqlStorage) -> None:
    log = storage.event_log
    assert log.asset_keys() == [FLIGHTS, AssetKey("source")]
    assert log.materialized_partitions(FLIGHTS) == ["2013-01", "2013-02"]
    january = log.latest_materialization(FLIGHTS, "2013-01")
    assert january is not None
    materialization = january.event.materialization
    assert materialization.metadata["rows"].value == 336_776
    assert materialization.data_version == "v1"
    assert log.find(EventRecordsFilter(tags={"dagster/data_version": "s1"}))[0].asset_key == AssetKey(
        "source"
    )
    assert storage.get_values() == {"cursor/sensor": "42"}


def test_history_goes_on(storage: SqlStorage) -> None:
    before = storage.event_log.append([])
    assert storage.event_log.append([line("today")]) == before + 1


def test_the_file_is_whole(recorded: Path) -> None:
    with contextlib.closing(open_storage(recorded)) as storage:
        assert storage.database.rows("PRAGMA integrity_check") == [("ok",)]
        assert storage.database.rows("PRAGMA journal_mode") == [("wal",)]


def test_an_upgraded_schema_is_that_of_a_new_history(
    recorded: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fresh = tmp_path_factory.mktemp("fresh")
    for folder in (recorded, fresh):
        open_storage(folder).close()
    assert schema_of(recorded / FILE_NAME) == schema_of(fresh / FILE_NAME)


def test_a_released_migration_was_not_edited(recorded: Path, tmp_path: Path) -> None:
    """What the release made with its migrations is what they make today."""
    (tmp_path / "again.db").touch()
    database = SqliteDatabase(tmp_path / "again.db", 1.0)
    upgrade_schema(database, [step for step in MIGRATIONS if step.number in released_in(recorded)], 0.0)
    database.close()
    assert schema_of(tmp_path / "again.db") == schema_of(recorded / FILE_NAME)
