"""An instance for a test, and environment variables for a test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from headwater import AssetMaterialization, DagsterInstance, instance_for_test
from headwater.testing.environment import environ


def test_whoever_asks_for_the_instance_gets_the_tests_own() -> None:
    with instance_for_test() as instance:
        instance.report_runless_asset_event(AssetMaterialization("flights"))
        with DagsterInstance.get() as found:
            assert [key.to_user_string() for key in found.get_asset_keys()] == ["flights"]
        folder = Path(instance.root_directory)
    assert not folder.exists()
    assert "DAGSTER_HOME" not in os.environ


def test_a_folder_of_the_tests_own_stays(tmp_path: Path) -> None:
    with instance_for_test({"telemetry": {"enabled": False}}, temp_dir=str(tmp_path)) as instance:
        assert instance.root_directory == str(tmp_path)
    assert '"telemetry"' in (tmp_path / "dagster.yaml").read_text()


def test_the_environment_stays_as_it_is_where_it_is_not_wanted() -> None:
    with instance_for_test(set_dagster_home=False):
        assert "DAGSTER_HOME" not in os.environ


def test_variables_are_set_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "before")
    monkeypatch.delenv("FRESH", raising=False)
    with environ({"KEPT": None, "FRESH": "now"}):
        assert "KEPT" not in os.environ
        assert os.environ["FRESH"] == "now"
    assert os.environ["KEPT"] == "before"
    assert "FRESH" not in os.environ
