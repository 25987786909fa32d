"""The schema: made and upgraded by numbered migrations, each applied once and never edited once released."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from headwater.adapters.sql.database import Database, Transaction
from headwater.adapters.sql.statements import load_statements
from headwater.model.errors import StorageNewerError

_SQL = load_statements("migrations")
_TEXT_OR_REST = re.compile(r"('[^']*'|--[^\n]*|;)")


class Migration(NamedTuple):
    """One step of the schema's history: ``migrations/<number>_<name>.sql``, in the folder of the database's kind."""

    number: int
    name: str
    path: Path


def load_migrations(folder: Path) -> list[Migration]:
    """The migrations that this Headwater knows, in order."""
    paths = sorted(folder.glob("[0-9]*.sql"))
    return [Migration(int(path.stem.partition("_")[0]), path.stem.partition("_")[2], path) for path in paths]


def missing_migrations(database: Database, known: list[Migration]) -> list[Migration]:
    """Those of ``known`` that are still to be applied.

    Raises :class:`StorageNewerError` when a newer Headwater has upgraded the database already.
    """
    has_some = database.rows(database.dialect.has_migrations)[0][0]
    return _missing(database.rows(_SQL["applied"]) if has_some else [], known, database.location)


def upgrade_schema(database: Database, known: list[Migration], now: float) -> None:
    """Bring the database to the schema of this Headwater; an empty one gets all of it.

    Raises :class:`StorageNewerError` when a newer Headwater has upgraded it already.
    """

    def upgrade(db: Transaction) -> None:
        db.execute(_SQL["create"])
        applied = db.execute(_SQL["applied"]).fetchall()
        for migration in _missing(
            applied, known, database.location
        ):  # another process may have done the same
            for statement in split_script(migration.path.read_text(encoding="utf-8")):
                db.execute(statement)
            db.execute(_SQL["record"], (migration.number, migration.name, now))

    if missing_migrations(database, known):
        database.write(upgrade)


def _missing(applied: list[tuple[int, str]], known: list[Migration], location: str) -> list[Migration]:
    numbers = {number for number, _ in applied}
    unknown = [f"{number:04}_{name}" for number, name in applied if number > known[-1].number]
    if unknown:
        raise StorageNewerError(
            f"The history in {location} was upgraded by a newer Headwater (unknown here: {', '.join(unknown)}). "
            "Upgrade this one (`pip install --upgrade headwater`), or use another history."
        )
    return [migration for migration in known if migration.number not in numbers]


def split_script(script: str) -> Iterator[str]:
    """The statements of a script one by one: a semicolon in a text or a comment ends none."""
    parts: list[str] = []
    for part in [*_TEXT_OR_REST.split(script), ";"]:
        if part != ";":
            parts.append(part)
            continue
        if any(each.strip() and not each.startswith("--") for each in parts):
            yield "".join(parts).strip()
        parts.clear()
