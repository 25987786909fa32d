"""`import headwater` is cheap: nothing heavy is loaded before somebody asks for a name that needs it."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "asyncio",
    "click",
    "concurrent.futures",
    "dagster",
    "duckdb",
    "fsspec",
    "http",
    "matplotlib",
    "multiprocessing",
    "numpy",
    "pandas",
    "polars",
    "psycopg",
    "pyarrow",
    "pydantic",
    "pydantic_core",
    "rich",
    "sqlalchemy",
    "sqlite3",
    "starlette",
    "unittest",
    "upath",
    "uvicorn",
}


def _loaded_by(statement: str) -> set[str]:
    probe = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    process = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(process.stdout.split())


def test_import_headwater_loads_nothing_heavy() -> None:
    loaded = _loaded_by("import headwater")
    assert "headwater" in loaded
    assert sorted(loaded & HEAVY) == []


def test_values_load_without_what_runs_them() -> None:
    """Who reads an event or a key pays for neither pydantic nor a database nor a web framework."""
    loaded = _loaded_by("import headwater.model.event, headwater.model.key, headwater.model.metadata")
    assert sorted(loaded & HEAVY) == []
