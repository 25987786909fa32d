"""Each folder says what it is for, and what it says is still there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGE, REPOSITORY

TOP = [REPOSITORY / name for name in ("docs", "docs/adr", "examples", "requirements", "tests", "tools")]
LAYERS = [path.parent for path in sorted(PACKAGE.glob("*/__init__.py"))]
FOLDERS = [REPOSITORY, PACKAGE, *TOP, *LAYERS]
A_PAGE = 70


def _id(folder: Path) -> str:
    return str(folder.relative_to(REPOSITORY))


@pytest.mark.parametrize("folder", FOLDERS, ids=_id)
def test_a_folder_has_a_readme_of_at_most_a_page(folder: Path) -> None:
    readme = folder / "README.md"
    assert readme.exists(), (
        f"{_id(folder)} needs a README.md: its job, what it may import, the file to open first"
    )
    assert len(readme.read_text().splitlines()) <= A_PAGE


@pytest.mark.parametrize("folder", LAYERS, ids=_id)
def test_the_readme_of_a_layer_says_what_it_may_import(folder: Path) -> None:
    assert "May import: " in (folder / "README.md").read_text()


@pytest.mark.parametrize("folder", LAYERS, ids=_id)
def test_the_readme_of_a_layer_says_where_to_begin(folder: Path) -> None:
    text = (folder / "README.md").read_text()
    if any(path.name != "__init__.py" for path in folder.rglob("*.py")):
        assert re.search(r"Open `[a-z_/]+\.py` first", text), "name the file to open first: Open `…` first"
    else:
        assert "Nothing here yet" in text


@pytest.mark.parametrize("folder", FOLDERS, ids=_id)
def test_the_files_that_a_readme_names_exist(folder: Path) -> None:
    named = re.findall(r"`([a-z_./]+\.py)`", (folder / "README.md").read_text())
    missing = [name for name in named if not (folder / name).exists()]
    assert not missing


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/README.md", "docs/adr/README.md"])
def test_the_links_of_a_front_page_lead_somewhere(page: str) -> None:
    path = REPOSITORY / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert links
    assert not [link for link in links if not (path.parent / link).exists()]


def test_every_decision_is_listed_and_names_what_was_rejected() -> None:
    folder = REPOSITORY / "docs" / "adr"
    records = sorted(folder.glob("0*.md"))
    index = (folder / "README.md").read_text()
    assert [record.name[:4] for record in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    for record in records:
        assert f"({record.name})" in index
        assert "## Rejected" in record.read_text(), f"{record.name} does not say what was rejected"


def test_no_file_is_a_drawer_for_the_rest() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "base", "misc", "shared"}
    assert not [path for path in PACKAGE.rglob("*") if path.stem.strip("_") in drawers]
