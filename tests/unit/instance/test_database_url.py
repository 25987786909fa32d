"""Which server keeps the history: the environment says, then pyproject.toml, then dagster.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.instance.database_url import find_database_url
from headwater.instance.instance import DagsterInstance
from headwater.instance.open_storage import open_server
from headwater.model.errors import DagsterInvariantViolationError, StorageError
from headwater.testing.instance import instance_for_test

DAGSTER = """\
storage:
  postgres:
    postgres_db:
      hostname: db.example.com
      username: {env: PG_USER}
      password: "p@ss/word"
      db_name: dagster
      port: 6543
      params: {sslmode: require}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.headwater]\nmodule_name = 'flights'\n")
    return tmp_path


def test_without_any_setting_it_is_a_file(project: Path) -> None:
    assert find_database_url(project / ".headwater", {}) is None


def test_the_environment_counts_first(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.headwater]\ndatabase_url = 'postgresql://file/x'\n")
    home = project / ".headwater"
    assert find_database_url(home, {"HEADWATER_DATABASE_URL": "postgresql://e/x"}) == "postgresql://e/x"
    assert find_database_url(home, {}) == "postgresql://file/x"


def test_the_url_can_be_taken_from_another_variable(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.headwater]\ndatabase_url = {env = 'DB'}\n")
    home = project / ".headwater"
    assert find_database_url(home, {"DB": "postgresql://e/x"}) == "postgresql://e/x"
    with pytest.raises(DagsterInvariantViolationError, match=r"pyproject\.toml.*DB, which is not set"):
        find_database_url(home, {})


@pytest.mark.parametrize("place", [".", ".headwater"])
def test_a_dagster_file_is_understood(tmp_path: Path, place: str) -> None:
    (tmp_path / ".headwater").mkdir()
    (tmp_path / place / "dagster.yaml").write_text(DAGSTER)
    assert find_database_url(tmp_path / ".headwater", {"PG_USER": "me"}) == (
        "postgresql://me:p%40ss%2Fword@db.example.com:6543/dagster?sslmode=require"
    )


def test_what_is_not_understood_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("storage:\n  postgres:\n    postgres_db: {host: x}\n")
    with pytest.raises(DagsterInvariantViolationError, match=r"dagster\.yaml.*host"):
        find_database_url(tmp_path / ".headwater", {})


def test_other_databases_are_refused() -> None:
    with pytest.raises(StorageError, match=r"mysql://.*begins with postgresql://"):
        open_server("mysql://me@db/x")


def test_what_is_for_tests_stays_apart_from_the_real_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", "postgresql://production/x")
    with DagsterInstance.local_temp(str(tmp_path / "temp")) as instance:
        assert instance.storage.location == str(tmp_path / "temp" / "history.db")
    with instance_for_test() as instance:
        assert instance.storage.location.endswith("history.db")
