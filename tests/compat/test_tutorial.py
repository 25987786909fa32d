"""The I/O tutorial's code, unchanged, stores and records on Headwater what it does on the real Dagster."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.story_server import story_server
from tests.compat.document import clean_environment, is_evidence
from tests.compat.oracle import HERE, ORACLES, Oracle

pytestmark = pytest.mark.oracle

TUTORIAL = HERE / "tutorial"
DATABASE = "analytics.hackernews"

# What 1.13 records by itself under another name than 1.4.7, or not at all there. Headwater goes with 1.13.
RENAMED = {"row_count": "dagster/row_count"}
SINCE_THEN = {"dagster/storage_kind", "dagster/table_name"}
OURS = {"dagster/column_schema"}
"""What Headwater records of a table and Dagster does not."""

Outcome = dict[str, Any]


@pytest.fixture(scope="module")
def stories() -> Iterator[str]:
    with story_server() as url:
        yield url


def run_tutorial(command: list[str], directory: Path, stories: str) -> Outcome:
    """Run the tutorial in `directory` and read what it printed."""
    environment = clean_environment() | {"STORIES_URL": stories}
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-4000:]
    outcome: Outcome = json.loads(done.stdout)
    return outcome


def read_tables(python: str | Path, directory: Path) -> Outcome:
    """Every table of the tutorial's database, read by the environment that wrote it."""
    command = [str(python), str(TUTORIAL / "tables.py"), DATABASE]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-4000:]
    tables: Outcome = json.loads(done.stdout)
    return tables


@pytest.fixture(scope="module", params=ORACLES.values(), ids=lambda oracle: oracle.name)
def expected(
    request: pytest.FixtureRequest, stories: str, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    """What the real Dagster makes of it."""
    oracle: Oracle = request.param
    directory = tmp_path_factory.mktemp(f"dagster-{oracle.name}")
    outcome = run_tutorial([str(oracle.python), str(TUTORIAL / "run.py")], directory, stories)
    return outcome | {"tables": read_tables(oracle.python, directory), "version": oracle.name}


@pytest.fixture(scope="module", params=["from dagster import", "from headwater import"])
def ours(request: pytest.FixtureRequest, stories: str, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What Headwater makes of it: of the code byte for byte, and with its imports renamed."""
    directory = tmp_path_factory.mktemp("headwater")
    command = [sys.executable, "-m", "headwater.compat", str(TUTORIAL / "run.py")]
    if request.param == "from headwater import":
        command = [sys.executable, str(rename_imports(tmp_path_factory.mktemp("renamed")) / "run.py")]
    return run_tutorial(command, directory, stories) | {"tables": read_tables(sys.executable, directory)}


def rename_imports(directory: Path) -> Path:
    """The tutorial's files with `headwater` where `dagster` and its libraries were imported."""
    for source in TUTORIAL.glob("*.py"):
        text = re.sub(
            r"^from dagster\w* import", "from headwater import", source.read_text(), flags=re.MULTILINE
        )
        (directory / source.name).write_text(text)
    return directory


@pytest.mark.parametrize("part", ["success", "ids", "stories", "words", "loaded"])
def test_same_values(ours: Outcome, expected: Outcome, part: str) -> None:
    assert ours[part] == expected[part]


def test_same_files_with_the_same_content(ours: Outcome, expected: Outcome) -> None:
    assert ours["files"] == expected["files"]


def test_same_tables_in_the_schema_that_the_tutorial_promises(ours: Outcome, expected: Outcome) -> None:
    assert set(expected["tables"]) == {"public"}
    assert ours["tables"] == {"hackernews": expected["tables"]["public"]}


def test_same_metadata(ours: Outcome, expected: Outcome) -> None:
    assert ours["metadata"] == expected["metadata"]
    assert set(ours["metadata_keys"]) == set(expected["metadata_keys"])
    for name, keys in expected["metadata_keys"].items():
        is_table = "Query" in keys
        since_then = SINCE_THEN if expected["version"] == "1.4" and is_table else set()
        labels = {label for label in ours["metadata_keys"][name] if not is_evidence(label)}
        assert labels == {RENAMED.get(key, key) for key in keys} | since_then | (
            OURS if is_table else set()
        ), name


def test_a_second_run_replaces_what_the_first_stored(ours: Outcome, expected: Outcome) -> None:
    assert ours["again"]
    assert ours["rows_after_two_runs"] == expected["rows_after_two_runs"] == len(ours["ids"])
