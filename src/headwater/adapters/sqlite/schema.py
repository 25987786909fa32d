"""The schema: made and upgraded by numbered migrations, each applied once and never edited once released."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from headwater.adapters.sqlite.connection import Connection
from headwater.adapters.sqlite.statements import load_statements
from headwater.model.errors import StorageError, StorageNewerError

_FOLDER = Path(__file__).with_name("migrations")
_SQL = load_statements("migrations")


class Migration(NamedTuple):
    """One step of the schema's history: ``migrations/<number>_<name>.sql``."""

    number: int
    name: str
    path: Path


def load_migrations(folder: Path = _FOLDER) -> list[Migration]:
    """The migrations that this Headwater knows, in order."""
    paths = sorted(folder.glob("[0-9]*.sql"))
    return [Migration(int(path.stem.partition("_")[0]), path.stem.partition("_")[2], path) for path in paths]


def upgrade_schema(
    connection: Connection, path: Path, now: float, migrations: list[Migration] | None = None
) -> None:
    """Bring the database in ``path`` to the schema of this Headwater; an empty one gets all of it.

    Raises :class:`StorageNewerError` when a newer Headwater has upgraded it already.
    """
    known = load_migrations() if migrations is None else migrations
    applied = connection.rows(_SQL["applied"]) if connection.rows(_SQL["exists"])[0][0] else []
    missing = _missing(applied, known, path)
    _require_write_ahead_log(connection, path)
    if not missing:
        return
    with connection.transaction() as db:  # another process may be about to do the same
        db.execute(_SQL["create"])
        for migration in _missing(db.execute(_SQL["applied"]).fetchall(), known, path):
            for statement in _statements(migration.path.read_text(encoding="utf-8")):
                db.execute(statement)
            db.execute(_SQL["record"], (migration.number, migration.name, now))


def _missing(applied: list[tuple[int, str]], known: list[Migration], path: Path) -> list[Migration]:
    numbers = {number for number, _ in applied}
    unknown = [f"{number:04}_{name}" for number, name in applied if number > known[-1].number]
    if unknown:
        raise StorageNewerError(
            f"The history in {path} was upgraded by a newer Headwater (unknown here: {', '.join(unknown)}). "
            "Upgrade this one (`pip install --upgrade headwater`), or use another folder: HEADWATER_HOME."
        )
    return [migration for migration in known if migration.number not in numbers]


def _require_write_ahead_log(connection: Connection, path: Path) -> None:
    mode = connection.rows("PRAGMA journal_mode = WAL")[0][0]
    if mode != "wal":
        raise StorageError(
            f"The file system of {path} cannot hold the history: SQLite has no write-ahead log there. "
            "Is it a network folder? Keep it on a local disk: HEADWATER_HOME."
        )


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one (``executescript`` would commit between them)."""
    statement = ""
    for part in re.split("(?<=;)", script):
        statement += part
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    yield statement  # a last comment, which does nothing, or a statement without its semicolon
