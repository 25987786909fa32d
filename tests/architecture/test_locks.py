"""The locked sets of packages: exact, hashed, and in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

from tests.architecture.source_tree import REPOSITORY

LOCKS = REPOSITORY / "requirements"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
CORE: list[str] = PROJECT["project"]["dependencies"]
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
ALL_EXTRAS = [line for lines in EXTRAS.values() for line in lines]
GROUPS: dict[str, list[str]] = PROJECT["dependency-groups"]

WANTED = {
    "build.txt": GROUPS["build"],
    "runtime.txt": CORE,
    "demo.txt": CORE + EXTRAS["duckdb"] + EXTRAS["pandas"] + GROUPS["demo"],
    "dev.txt": CORE + ALL_EXTRAS + GROUPS["build"] + GROUPS["demo"] + GROUPS["dev"],
}


def _pins(lock: Path) -> list[tuple[str, str, str]]:
    """Name, version and marker of each locked package."""
    return re.findall(r"^([a-z0-9._-]+)==(\S+)(?: ; (.+?))? \\$", lock.read_text(), flags=re.MULTILINE)


def _is_for_here(marker: str) -> bool:
    return not marker or Marker(marker).evaluate()


def _versions_here(lock: Path) -> dict[str, str]:
    return {name: version for name, version, marker in _pins(lock) if _is_for_here(marker)}


@pytest.mark.parametrize("name", WANTED)
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    locked = _versions_here(LOCKS / name)
    for line in WANTED[name]:
        wanted = Requirement(line)
        assert wanted.name in locked, f"{name} lacks {wanted.name}: run `make lock`"
        assert wanted.specifier.contains(locked[wanted.name]), (
            f"{name} holds another {wanted.name}: run `make lock`"
        )


@pytest.mark.parametrize("name", WANTED)
def test_a_lock_is_exact_hashed_and_names_no_server(name: str) -> None:
    text = (LOCKS / name).read_text()
    packages = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    assert len(packages) == len(_pins(LOCKS / name))
    assert all(line.endswith("\\") for line in packages), "each package is followed by its hashes"
    assert "://" not in text
    assert "--index-url" not in text


def test_one_version_serves_all_sets() -> None:
    dev = _versions_here(LOCKS / "dev.txt")
    for name in WANTED:
        assert _versions_here(LOCKS / name).items() <= dev.items()
