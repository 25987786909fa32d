"""A history in Postgres whose connections break: what was said is written once, and nobody notices but by waiting."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest

from headwater.adapters.sql.database import Transaction
from headwater.adapters.sql.postgres.storage import PostgresStorage, open_storage
from headwater.model.errors import StorageError, StorageLockedError
from headwater.model.event import EventRecordsFilter
from tests.contracts.story import add_run, line, messages
from tests.postgres_server import fresh_schema, in_schema


@pytest.fixture
def storage(postgres: str) -> Iterator[PostgresStorage]:
    storage = open_storage(fresh_schema(postgres), patience_seconds=10.0)
    yield storage
    storage.close()


@pytest.fixture
def server(postgres: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of somebody else."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        yield connection


def backends(storage: PostgresStorage) -> list[int]:
    """The server's processes of this storage's connections."""
    return [handle.pgconn.backend_pid for handle in storage.database.pool._all]


def break_all(storage: PostgresStorage, server: psycopg.Connection[tuple[object, ...]]) -> None:
    for pid in backends(storage):
        server.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def texts(storage: PostgresStorage) -> list[str]:
    return messages(storage.event_log.find(EventRecordsFilter(), ascending=True))


def test_an_idle_connection_that_was_ended_is_opened_again(
    storage: PostgresStorage, server: psycopg.Connection[tuple[object, ...]]
) -> None:
    storage.event_log.append([line("before")])
    break_all(storage, server)
    assert texts(storage) == ["before"]
    break_all(storage, server)
    storage.event_log.append([line("after")])
    assert texts(storage) == ["before", "after"]


def test_a_transaction_that_is_cut_off_is_written_once(
    storage: PostgresStorage, server: psycopg.Connection[tuple[object, ...]]
) -> None:
    attempts = []

    def write(db: Transaction) -> None:
        attempts.append(1)
        storage.event_log.insert(db, [line("once")])
        if len(attempts) == 1:
            break_all(storage, server)

    storage.database.write(write)
    assert len(attempts) == 2
    assert texts(storage) == ["once"]


def test_a_commit_whose_answer_is_lost_is_not_done_again(
    storage: PostgresStorage, server: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has committed, and the connection breaks before it can say so."""
    execute = psycopg.Connection.execute

    def lose_the_answer(self: psycopg.Connection[tuple[object, ...]], query: object, *rest: object) -> object:
        answer = execute(self, query, *rest)  # type: ignore[call-overload]
        if query == "COMMIT":
            monkeypatch.undo()
            break_all(storage, server)
            return execute(self, "SELECT 1")
        return answer

    monkeypatch.setattr(psycopg.Connection, "execute", lose_the_answer)
    storage.event_log.append([line("once")])
    assert texts(storage) == ["once"]


def test_a_fork_has_connections_of_its_own(storage: PostgresStorage) -> None:
    storage.event_log.append([line("parent")])
    (used,) = backends(storage)
    child = os.fork()
    if not child:
        try:
            storage.event_log.append([line("child")])
            os._exit(0 if used not in backends(storage) else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    storage.event_log.append([line("parent again")])
    assert texts(storage) == ["parent", "child", "parent again"]
    assert backends(storage) == [used]


def test_one_connection_does_for_one_thread(storage: PostgresStorage) -> None:
    add_run(storage)
    for _ in range(3):
        storage.event_log.append([line("text")])
        assert storage.runs.count() == 1
    assert len(backends(storage)) == 1


def test_whoever_keeps_writing_is_waited_for_no_longer_than_the_patience(
    storage: PostgresStorage, postgres: str
) -> None:
    schema = storage.database.place.schema
    impatient = open_storage(in_schema(postgres, schema), patience_seconds=0.2)

    def hold(db: Transaction) -> None:
        assert impatient.event_log.size() == 0  # reading goes on
        with pytest.raises(StorageLockedError, match=r"0\.2 s"):
            impatient.event_log.append([line("x")])

    storage.database.write(hold)
    impatient.event_log.append([line("y")])
    assert texts(storage) == ["y"]
    impatient.close()


def test_a_statement_that_fails_leaves_nothing_and_names_the_database(storage: PostgresStorage) -> None:
    def write(db: Transaction) -> None:
        storage.event_log.insert(db, [line("x")])
        db.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StorageError, match=r"postgresql://.*nowhere"):
        storage.database.write(write)
    assert texts(storage) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:secret@localhost:1/x", r"cannot be reached.*refused"),
        ("postgresql://me@localhost/x?colour=blue", r"cannot be understood.*colour"),
    ],
)
def test_a_database_that_is_not_there_is_named_without_its_password(url: str, said: str) -> None:
    with pytest.raises(StorageError, match=said) as raised:
        open_storage(url, patience_seconds=0.1)
    assert "secret" not in str(raised.value)


def test_a_database_that_does_not_exist_is_not_waited_for(postgres: str) -> None:
    with pytest.raises(StorageError, match=r"no_such_database.*does not exist.*HEADWATER_DATABASE_URL"):
        open_storage(postgres.replace("/postgres", "/no_such_database"))
