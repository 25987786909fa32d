"""Brings a history to the schema of this Headwater when somebody asks for it, and saves it before."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from headwater.adapters.sql.schema import Migration, missing_migrations
from headwater.adapters.sql.sqlite.database import SqliteDatabase
from headwater.adapters.sql.sqlite.schema import MIGRATIONS
from headwater.adapters.sql.sqlite.storage import FILE_NAME
from headwater.instance.database_url import find_database_url
from headwater.instance.open_storage import open_history


class Migrated(msgspec.Struct, frozen=True, kw_only=True):
    """What was done: the names of the migrations, and where the file is saved as it was before."""

    location: str
    newest: str
    applied: Sequence[str] = ()
    backup: Path | None = None


def migrate_history(home: Path) -> Migrated:
    """Upgrade the history of ``home``. Raises :class:`StorageError`, and :class:`StorageNewerError`."""
    newest = _name(MIGRATIONS[-1])
    file = home / FILE_NAME
    if find_database_url(home) is None and file.exists():
        missing = _missing(file)
        saved = _save(file, MIGRATIONS[-len(missing) - 1]) if missing else None
        with contextlib.closing(open_history(home)) as storage:
            return Migrated(
                location=storage.location,
                newest=newest,
                applied=[_name(each) for each in missing],
                backup=saved,
            )
    with contextlib.closing(open_history(home)) as storage:
        return Migrated(location=storage.location, newest=newest)


def _missing(file: Path) -> list[Migration]:
    database = SqliteDatabase(file, 30.0)
    try:
        return missing_migrations(database, MIGRATIONS)
    finally:
        database.close()


def _save(file: Path, last: Migration) -> Path:
    """Save the file as it is, whoever writes meanwhile."""
    saved = file.with_name(f"{file.stem}-{_name(last)}.db")
    partial = saved.with_suffix(".partial")
    with (
        contextlib.closing(sqlite3.connect(file)) as source,
        contextlib.closing(sqlite3.connect(partial)) as target,
    ):
        source.backup(target)
    shutil.move(partial, saved)
    return saved


def _name(migration: Migration) -> str:
    return f"{migration.number:04}_{migration.name}"
