"""Definitions that contradict each other: every fault is told at once, with its place and its mend."""

from __future__ import annotations

import pytest

import headwater as hw


@hw.asset
def orders() -> list[int]:
    return [1]


@hw.asset(required_resource_keys={"mail"})
def letters(oders: list[int]) -> None:
    return None


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(hw.DagsterInvalidDefinitionError) as raised:
        hw.Definitions(assets=[orders, letters]).get_repository_def()
    text = str(raised.value)
    assert "2 things are wrong" in text
    assert 'takes the value of "oders" by its parameter "oders"' in text
    assert "Did you mean orders" in text
    assert 'needs the resource "mail"' in text
    assert "test_faults_at_load.py:" in text


def test_a_duplicate_names_both_places() -> None:
    @hw.asset(name="orders")
    def again() -> int:
        return 2

    with pytest.raises(
        hw.DagsterInvalidDefinitionError, match=r'"orders" is declared twice.*\.py:\d+.*\.py:\d+'
    ):
        hw.Definitions(assets=[orders, again]).get_repository_def()


def test_a_cycle_is_told_as_a_path() -> None:
    @hw.asset(deps=["second"])
    def first() -> None: ...

    @hw.asset(deps=["first"])
    def second() -> None: ...

    with pytest.raises(
        hw.DagsterInvalidDefinitionError, match=r"in a circle: (first -> second -> first|second -> first)"
    ):
        hw.Definitions(assets=[first, second]).get_repository_def()


def test_what_is_no_asset_is_named() -> None:
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="got 5, which is none of assets"):
        hw.Definitions(assets=[5])
