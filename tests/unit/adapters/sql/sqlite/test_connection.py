"""One connection: all or nothing, and one thread at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.adapters.sql.sqlite.connection import Connection
from headwater.model.errors import StorageError, StorageLockedError


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    (tmp_path / "x.db").touch()
    made = Connection(tmp_path / "x.db", 0.05)
    made.rows("PRAGMA journal_mode = WAL")
    made.rows("CREATE TABLE numbers (n)")
    yield made
    made.close()


def count(connection: Connection) -> int:
    number: int = connection.rows("SELECT COUNT(*) FROM numbers")[0][0]
    return number


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError, SystemExit])
def test_what_stops_in_the_middle_leaves_nothing(connection: Connection, stop: type[BaseException]) -> None:
    def write() -> None:
        with connection.transaction() as db:
            db.execute("INSERT INTO numbers VALUES (1)")
            raise stop

    with pytest.raises(stop):
        write()
    assert count(connection) == 0
    with connection.transaction() as db:
        db.execute("INSERT INTO numbers VALUES (1)")
    assert count(connection) == 1


def test_a_transaction_left_open_by_an_interrupt_is_undone(connection: Connection) -> None:
    connection.rows("BEGIN IMMEDIATE")
    connection.rows("INSERT INTO numbers VALUES (1)")
    with connection.transaction() as db:
        db.execute("INSERT INTO numbers VALUES (2)")
    assert connection.rows("SELECT n FROM numbers") == [(2,)]


def test_a_statement_that_fails_leaves_nothing_and_names_the_file(connection: Connection) -> None:
    def write() -> None:
        with connection.transaction() as db:
            db.execute("INSERT INTO numbers VALUES (1)")
            db.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StorageError, match=r"x\.db.*no such table"):
        write()
    assert count(connection) == 0


def test_a_file_that_is_deleted_in_use_is_noticed(connection: Connection, tmp_path: Path) -> None:
    with connection.transaction():
        pass
    path = tmp_path / "x.db"
    path.rename(tmp_path / "kept.db")
    for _ in range(2):
        with pytest.raises(StorageError, match=r"x\.db was deleted or replaced"):
            connection.transaction().__enter__()
    path.touch()
    with pytest.raises(StorageError, match="deleted or replaced"):
        connection.transaction().__enter__()
    (tmp_path / "kept.db").replace(path)
    assert count(connection) == 0


def test_it_makes_no_file_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"gone\.db"):
        Connection(tmp_path / "gone.db", 0.05).rows("SELECT 1")
    assert not (tmp_path / "gone.db").exists()


def test_it_opens_again_after_close(connection: Connection) -> None:
    connection.close()
    connection.close()
    assert count(connection) == 0


def test_it_waits_no_longer_than_its_patience_for_another_thread(connection: Connection) -> None:
    with connection.transaction(), pytest.raises(StorageLockedError, match=r"x\.db.*0\.05 s"):
        connection.rows("SELECT 1")
