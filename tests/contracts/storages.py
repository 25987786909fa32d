"""An empty storage of each kind. That of Postgres is a schema of its own, on a server that the tests start."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator

import pytest

from headwater.adapters.memory.storage import MemoryStorage
from headwater.adapters.sql.postgres.storage import PostgresStorage
from headwater.adapters.sql.postgres.storage import open_storage as open_postgres
from headwater.adapters.sql.sqlite.storage import open_storage as open_file
from headwater.ports.clock import Clock
from headwater.ports.storage import Storage
from tests.postgres_server import fresh_schema

_schemas: dict[str, str] = {}
KINDS = ["memory", "sqlite", "postgres"]


@contextlib.contextmanager
def opened(request: pytest.FixtureRequest, kind: str, clock: Clock | None = None) -> Iterator[Storage]:
    """A new storage of one of the ``KINDS``."""
    if kind == "memory":
        yield MemoryStorage(clock)
        return
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            made: Storage = open_file(stack.enter_context(tempfile.TemporaryDirectory()), clock=clock)
        else:
            made = emptied_postgres(request.getfixturevalue("postgres"), clock)
        yield stack.enter_context(contextlib.closing(made))


def emptied_postgres(server: str, clock: Clock | None) -> PostgresStorage:
    """The one schema of these tests, without what the test before has left: to make it takes longer than many a test."""
    if server not in _schemas:
        _schemas[server] = fresh_schema(server)
        return open_postgres(_schemas[server], clock=clock)
    storage = open_postgres(_schemas[server], clock=clock)
    tables = {table for table, _ in storage.database.rows(storage.database.dialect.columns)} - {"migrations"}
    storage.database.write(lambda db: [db.execute(f"DELETE FROM {table}") for table in tables])
    sequences = storage.database.rows(
        "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
    )
    storage.database.write(lambda db: [db.execute(f"ALTER SEQUENCE {name} RESTART") for (name,) in sequences])
    return storage
