"""The schema of a database file."""

from __future__ import annotations

from pathlib import Path

from headwater.adapters.sql.schema import load_migrations, missing_migrations, upgrade_schema
from headwater.adapters.sql.sqlite.database import SqliteDatabase
from headwater.model.errors import StorageError

MIGRATIONS = load_migrations(Path(__file__).with_name("migrations"))


def upgrade_file(database: SqliteDatabase, now: float) -> None:
    """Bring the file to the schema of this Headwater. A file of a newer one is refused before anything is changed."""
    missing_migrations(database, MIGRATIONS)
    mode = database.rows("PRAGMA journal_mode = WAL")[0][0]
    if mode != "wal":
        raise StorageError(
            f"The file system of {database.path} cannot hold the history: SQLite has no write-ahead log there. "
            "Is it a network folder? Keep it on a local disk: HEADWATER_HOME."
        )
    upgrade_schema(database, MIGRATIONS, now)
