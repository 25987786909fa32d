"""The table of public names says the truth, and the compatibility page says what the table does."""

from __future__ import annotations

import headwater
from tests.compat.name_table import (
    ALIAS,
    LATER,
    NOT_OFFERED,
    PAGE,
    REPOSITORY,
    STATES,
    WORKS,
    build_page,
    build_rows,
    names_used,
    offered,
    read_names,
    read_table,
)

ROWS = read_table()
REFRESH = "run `python -m tests.compat.name_table` and commit what it writes"


def names_in(*states: str) -> list[str]:
    return [row.name for row in ROWS.values() if row.state in states]


def test_every_name_has_one_state() -> None:
    assert set(ROWS) == set(read_names())
    assert {row.state for row in ROWS.values()} <= set(STATES)
    assert [
        row.name for row in ROWS.values() if row.state in (NOT_OFFERED, LATER, ALIAS) and not row.note
    ] == []


def test_names_that_work_are_there() -> None:
    missing = [name for name in names_in(WORKS, ALIAS) if name not in offered()]
    assert not missing, REFRESH


def test_names_that_are_not_offered_do_not_pretend() -> None:
    pretending = sorted(set(names_in(NOT_OFFERED, LATER)) & offered())
    assert not pretending, REFRESH


def test_each_name_that_works_is_shown_by_a_test() -> None:
    unshown = []
    for name in names_in(WORKS):
        shown_by = REPOSITORY / ROWS[name].note
        if not shown_by.is_file() or name not in names_used(shown_by.read_text()):
            unshown.append(name)
    assert not unshown, f"no test shows that these work: write one, then {REFRESH}"


def test_an_alias_is_what_it_says() -> None:
    for name in names_in(ALIAS):
        assert getattr(headwater, name) is getattr(headwater, ROWS[name].note), name


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text() == build_page(list(ROWS.values())), REFRESH


def test_a_new_name_is_taken_up_and_a_decision_is_kept() -> None:
    rows = {row.name: row for row in build_rows(ROWS, {"asset"}, {"asset": "tests/some.py"})}
    assert (rows["asset"].state, rows["asset"].note) == (WORKS, "tests/some.py")
    assert rows["sys"] == ROWS["sys"]


def test_to_import_a_name_is_not_to_use_it() -> None:
    source = "import dagster as dg\nfrom dagster import asset, job as made\n@asset\ndef a(): return dg.AssetKey('a')"
    assert names_used(source) == {"asset", "AssetKey"}
