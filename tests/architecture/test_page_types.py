"""The page is written against the API as it is."""

from __future__ import annotations

from tools.page_types import TYPES, build_types, load_document


def test_the_types_of_the_page_are_those_of_the_api() -> None:
    assert TYPES.read_text() == build_types(load_document()), "the API changed: run `make page-types`"


def test_the_sources_of_the_page_name_no_registry() -> None:
    lock = (TYPES.parents[2] / "package-lock.json").read_text()
    assert '"resolved"' not in lock, "npm wrote download addresses; ui/.npmrc tells it not to"
