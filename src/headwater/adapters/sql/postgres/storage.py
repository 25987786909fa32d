"""The storage of an instance in a schema of a Postgres database."""

from __future__ import annotations

from pathlib import Path

from psycopg import sql

from headwater.adapters.sql.lease_store import LocalLeaseClock
from headwater.adapters.sql.postgres.database import PostgresDatabase, ServerClock
from headwater.adapters.sql.postgres.place import parse_url
from headwater.adapters.sql.schema import load_migrations, missing_migrations, upgrade_schema
from headwater.adapters.sql.storage import SqlStorage
from headwater.ports.clock import Clock, SystemClock

MIGRATIONS = load_migrations(Path(__file__).with_name("migrations"))
PATIENCE_SECONDS = 30.0


class PostgresStorage(SqlStorage):
    """The port :class:`headwater.ports.storage.Storage` over a schema; see :func:`open_storage`."""

    database: PostgresDatabase
    is_shared = True

    def __init__(self, database: PostgresDatabase, clock: Clock | None) -> None:
        lease_clock = ServerClock(database) if clock is None else LocalLeaseClock(clock)
        super().__init__(database, clock or SystemClock(), lease_clock)


def open_storage(
    url: str, *, clock: Clock | None = None, patience_seconds: float = PATIENCE_SECONDS
) -> PostgresStorage:
    """The history kept in the database of ``url``, in the schema ``headwater`` (or the one of ``?schema=``).

    The schema is made when it is missing; without the right to do that, let somebody else make it. ``patience_seconds``
    is how long a call waits for the server, and for others that write. Raises :class:`StorageError` when the database
    cannot be reached or used, :class:`StorageNewerError` when a newer Headwater wrote it.

    >>> storage = open_storage("postgresql://etl@db/headwater")  # doctest: +SKIP
    """
    database = PostgresDatabase(parse_url(url), patience_seconds)
    if missing_migrations(database, MIGRATIONS):
        schema = database.place.schema
        if not database.rows("SELECT 1 FROM pg_namespace WHERE nspname = ?", (schema,)):
            made = sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema))
            database.write(lambda db: db.execute(made.as_string()))
        upgrade_schema(database, MIGRATIONS, (clock or SystemClock()).now())
    return PostgresStorage(database, clock)
