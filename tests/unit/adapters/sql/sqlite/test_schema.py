"""The database file: how it is made, upgraded, and refused."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.adapters.sql.schema import Migration, split_script, upgrade_schema
from headwater.adapters.sql.sqlite.database import SqliteDatabase
from headwater.adapters.sql.sqlite.schema import MIGRATIONS
from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.model.errors import StorageError, StorageNewerError


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    (tmp_path / "history.db").touch()
    database = SqliteDatabase(tmp_path / "history.db", 1.0)
    yield database
    database.close()


def migration(folder: Path, number: int, script: str) -> Migration:
    path = folder / f"{number:04}_test.sql"
    path.write_text(script)
    return Migration(number, "test", path)


def test_the_folder_is_made(tmp_path: Path) -> None:
    storage = open_storage(tmp_path / "project ü" / ".headwater")
    assert Path(storage.location) == tmp_path / "project ü" / ".headwater" / "history.db"
    assert Path(storage.location).exists()
    storage.close()


def test_it_is_one_file_once_closed(tmp_path: Path) -> None:
    storage = open_storage(tmp_path)
    storage.set_values({"a": "b"})
    storage.close()
    assert [path.name for path in tmp_path.iterdir()] == ["history.db"]


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [step.number for step in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_each_migration_is_applied_once(database: SqliteDatabase, tmp_path: Path) -> None:
    first = migration(tmp_path, 1, "CREATE TABLE a (x); INSERT INTO a VALUES (1); -- done; really\n")
    second = migration(tmp_path, 2, "ALTER TABLE a ADD COLUMN y;\nINSERT INTO a VALUES (2, ';');\n")
    upgrade_schema(database, [first], 5.0)
    upgrade_schema(database, [first, second], 6.0)
    upgrade_schema(database, [first, second], 7.0)
    assert database.rows("SELECT * FROM a") == [(1, None), (2, ";")]
    assert database.rows("SELECT number, name, applied_at FROM migrations") == [
        (1, "test", 5.0),
        (2, "test", 6.0),
    ]


def test_a_migration_that_fails_leaves_the_schema_as_it_was(database: SqliteDatabase, tmp_path: Path) -> None:
    first = migration(tmp_path, 1, "CREATE TABLE a (x);")
    broken = migration(tmp_path, 2, "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);")
    upgrade_schema(database, [first], 5.0)
    with pytest.raises(StorageError, match="nowhere"):
        upgrade_schema(database, [first, broken], 6.0)
    assert database.rows("SELECT number FROM migrations") == [(1,)]
    assert database.rows("SELECT COUNT(*) FROM sqlite_master WHERE name = 'b'") == [(0,)]


def test_a_history_of_a_newer_headwater_is_refused_and_left_alone(tmp_path: Path) -> None:
    storage = open_storage(tmp_path)
    with storage.database.transaction() as db:
        db.execute("INSERT INTO migrations VALUES (9999, 'from_the_future', 0)")
    storage.close()
    before = (tmp_path / "history.db").read_bytes()
    with pytest.raises(StorageNewerError, match=r"history\.db .*9999_from_the_future.*pip install --upgrade"):
        open_storage(tmp_path)
    assert (tmp_path / "history.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_text("my own notes, 2013-2026\n" * 100)
    with pytest.raises(StorageError, match=r"history\.db.*Move it away"):
        open_storage(tmp_path)
    assert (tmp_path / "history.db").read_text().startswith("my own notes")


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()
    with pytest.raises(StorageError, match=r"history\.db.*HEADWATER_HOME"):
        open_storage(tmp_path)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StorageError, match=r"home.*HEADWATER_HOME"):
        open_storage(tmp_path / "home")


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    storage = open_storage(tmp_path)
    storage.close()
    path = tmp_path / "history.db"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 40_960)

    def use() -> None:
        with contextlib.closing(open_storage(tmp_path)) as reopened:
            reopened.runs.count()

    with pytest.raises(StorageError, match=r"history\.db"):
        use()


def test_an_event_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    storage = open_storage(tmp_path)
    with storage.database.transaction() as db:
        for number, kind, data in [
            (1, "LOG", None),
            (2, "LOG", '{"type":"of the future"}'),
            (3, "NEW_KIND", None),
        ]:
            db.execute(
                "INSERT INTO events (number, run_id, kind, happened_at, job_name, level, message, data) "
                "VALUES (?, 'r1', ?, 0, '', 10, '', ?)",
                (number, kind, data),
            )
    with pytest.raises(StorageError, match="Event 2 of run 'r1'"):
        storage.event_log.run_events("r1")
    with pytest.raises(StorageError, match=r"Event 3 of run 'r1' \(NEW_KIND\)"):
        storage.event_log.run_events("r1", after=2)
    assert len(storage.event_log.run_events("r1", limit=1)) == 1
    storage.close()


def test_any_sqlite_tool_reads_it(tmp_path: Path) -> None:
    """Times, keys and messages are plain columns, so that people can ask questions of their own."""
    storage = open_storage(tmp_path)
    storage.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "history.db")) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"runs", "events", "steps", "assets", "asset_partitions"} <= tables


def test_a_script_is_split_at_its_semicolons_alone() -> None:
    script = "CREATE TABLE a (x); -- it's a; comment\nINSERT INTO a VALUES (';', '--');  -- done;\n"
    first, second = split_script(script)
    assert first == "CREATE TABLE a (x)"
    assert second.endswith("INSERT INTO a VALUES (';', '--')")
