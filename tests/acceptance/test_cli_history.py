"""A history looked after on the command line: saved, restored, taken to Postgres, wiped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.shell import Shell
from tests.postgres_server import fresh_schema

CODE = """
    import headwater as hw

    @hw.asset
    def numbers(): return [1, 2]

    @hw.asset
    def total(numbers): return sum(numbers)

    defs = hw.Definitions(assets=[numbers, total])
"""
CODE_AND_ALL = ("-f", "here.py", "--select", "*")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path, {"here.py": CODE})
    shell.says("asset", "materialize", *CODE_AND_ALL)
    return shell


def test_saved_wiped_and_restored(shell: Shell) -> None:
    assert "has the newest schema" in shell.says("instance", "migrate")
    saved = shell.says("instance", "backup", "monday.db")
    assert saved.startswith("Saved: 1 run, ")
    assert saved.endswith("2 assets, 0 ticks in monday.db\n")
    assert "--force" in shell.fails("instance", "backup", "monday.db")

    assert "--yes" in shell.fails("run", "wipe")
    assert shell.says("run", "wipe", "--yes") == "Removed 1 run.\n"
    facts = shell.json("instance", "info")
    assert (facts["runs"], facts["events"], facts["assets"]) == (0, 0, 0)

    assert shell.says("instance", "restore", "monday.db").startswith("Restored: 1 run, ")
    assert "holds 1 runs" in shell.fails("instance", "restore", "monday.db")


def test_some_runs_and_some_assets(shell: Shell) -> None:
    shell.says("asset", "materialize", *CODE_AND_ALL)
    newest, oldest = (run["run_id"] for run in shell.json("run", "list"))
    assert shell.says("run", "wipe", oldest[:8], "--yes") == "Removed 1 run.\n"
    assert [run["run_id"] for run in shell.json("run", "list")] == [newest]
    assert shell.json("instance", "info")["assets"] == 2

    assert shell.says("asset", "wipe", "total", "--yes") == "Forgot 1 asset.\n"
    assert shell.json("instance", "info")["assets"] == 1
    assert "knows no asset total" in shell.fails("asset", "wipe", "total", "--yes")
    assert shell.says("asset", "wipe", "--all", "--yes") == "Forgot 1 asset.\n"
    assert len(shell.json("run", "list")) == 1


def test_to_postgres_and_on(shell: Shell, postgres: str) -> None:
    url = fresh_schema(postgres)
    assert shell.says("instance", "copy", "--to", url).startswith("Copied: 1 run, ")
    assert "holds 1 runs" in shell.fails("instance", "copy", "--to", url)
    (known,) = shell.json("run", "list", HEADWATER_DATABASE_URL=url)
    shell.says("asset", "materialize", *CODE_AND_ALL, HEADWATER_DATABASE_URL=url)
    assert len(shell.json("run", "list", HEADWATER_DATABASE_URL=url)) == 2
    assert [run["run_id"] for run in shell.json("run", "list")] == [known["run_id"]]
    assert "postgresql://" in shell.says("instance", "info", HEADWATER_DATABASE_URL=url)
