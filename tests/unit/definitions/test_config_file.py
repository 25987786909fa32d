"""Run config from YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater import (
    config_from_files,
    config_from_pkg_resources,
    config_from_yaml_strings,
    file_relative_path,
)
from headwater.model.errors import CheckError, DagsterInvariantViolationError


def test_later_files_win_key_by_key(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("ops:\n  fetch:\n    config: {limit: 1, url: a}\n")
    (tmp_path / "more.yaml").write_text("ops:\n  fetch:\n    config: {limit: 2}\nresources: {}\n")
    assert config_from_files([str(tmp_path / "base.yaml"), str(tmp_path / "more.yaml")]) == {
        "ops": {"fetch": {"config": {"limit": 2, "url": "a"}}},
        "resources": {},
    }


def test_a_pattern_names_files_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "2.yaml").write_text("a: 2")
    (tmp_path / "1.yaml").write_text("a: 1\nb: 1")
    assert config_from_files([str(tmp_path / "*.yaml")]) == {"a": 2, "b": 1}


def test_a_pattern_without_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DagsterInvariantViolationError, match=r'No config file fits ".*nothing\*\.yaml"'):
        config_from_files([str(tmp_path / "nothing*.yaml")])


def test_broken_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: [")
    with pytest.raises(
        DagsterInvariantViolationError, match=r"broken\.yaml is no valid YAML, line \d, column \d: "
    ):
        config_from_files([str(tmp_path / "broken.yaml")])


def test_what_is_no_dictionary_is_an_error() -> None:
    with pytest.raises(CheckError, match="is no dictionary"):
        config_from_yaml_strings(["- 1"])


def test_a_date_stays_the_text_that_it_is() -> None:
    assert config_from_yaml_strings(["day: 2024-01-01\nyes: true"]) == {"day": "2024-01-01", True: True}


def test_files_inside_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package_with_config"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "dev.yaml").write_text("a: 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert config_from_pkg_resources([("package_with_config", "dev.yaml")]) == {"a": 1}
    with pytest.raises(DagsterInvariantViolationError, match=r'no file "prod\.yaml"'):
        config_from_pkg_resources([("package_with_config", "prod.yaml")])


def test_a_single_text_is_no_list_of_files() -> None:
    with pytest.raises(CheckError, match="config_files is a list"):
        config_from_files("base.yaml")


def test_a_path_beside_the_module() -> None:
    assert file_relative_path("/project/assets.py", "conf/dev.yaml") == "/project/conf/dev.yaml"
