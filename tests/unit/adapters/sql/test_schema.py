"""Both databases go the same way: each migration has a file for each."""

from __future__ import annotations

from pathlib import Path

from headwater.adapters.sql import postgres, sqlite


def names(package: object) -> list[str]:
    folder = Path(str(package.__file__)).with_name("migrations")  # type: ignore[attr-defined]
    return sorted(path.name for path in folder.iterdir())


def test_each_migration_is_written_for_both_databases() -> None:
    assert names(sqlite) == names(postgres)
