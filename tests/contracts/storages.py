"""An empty storage of each kind. That of Postgres is a schema of its own, on a server that the tests start."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator

import pytest

from headwater.adapters.memory.storage import MemoryStorage
from headwater.adapters.sql.postgres.storage import open_storage as open_postgres
from headwater.adapters.sql.sqlite.storage import open_storage as open_file
from headwater.ports.clock import Clock
from headwater.ports.storage import Storage
from tests.postgres_server import fresh_schema

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
            made = open_postgres(fresh_schema(request.getfixturevalue("postgres")), clock=clock)
        yield stack.enter_context(contextlib.closing(made))
