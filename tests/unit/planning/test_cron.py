"""Cron expressions: which are accepted, and which values they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.planning.cron import check_cron, check_timezone, parse_cron


@pytest.mark.parametrize(
    ("expression", "minutes", "hours"),
    [
        ("0 * * * *", {0}, set(range(24))),
        ("*/20 9-17 * * mon-fri", {0, 20, 40}, set(range(9, 18))),
        ("5,35 22-2 1 jan *", {5, 35}, {22, 23, 0, 1, 2}),
        ("@daily", {0}, {0}),
        ("10/15 3 * * 7", {10, 25, 40, 55}, {3}),
    ],
)
def test_fields_are_read(expression: str, minutes: set[int], hours: set[int]) -> None:
    fields = parse_cron(expression)
    assert fields[0] == minutes
    assert fields[1] == hours


def test_sunday_is_zero_and_seven() -> None:
    assert parse_cron("0 0 * * 7")[4] == parse_cron("0 0 * * sun")[4] == {0}


@pytest.mark.parametrize(
    "expression", ["", "* * * *", "60 * * * *", "* 24 * * *", "a * * * *", "*/0 * * * *", "* * 0 * *"]
)
def test_what_is_no_cron_expression_is_refused_with_the_place(expression: str) -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match=r"The schedule .* not valid"):
        check_cron(expression, 'The schedule "x"')


def test_the_message_tells_the_field_and_its_range() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="'25' is outside of 0-23, the range of the hour"):
        check_cron("0 25 * * *", 'The schedule "x"')


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 31), st.integers(1, 12), st.integers(0, 6))
def test_single_values_stand_for_themselves(
    minute: int, hour: int, day: int, month: int, weekday: int
) -> None:
    fields = parse_cron(f"{minute} {hour} {day} {month} {weekday}")
    assert fields == [{minute}, {hour}, {day}, {month}, {weekday}]


def test_a_time_zone_must_exist() -> None:
    check_timezone("Europe/Berlin", "x")
    with pytest.raises(DagsterInvalidDefinitionError, match="Mars/Olympus"):
        check_timezone("Mars/Olympus", "The schedule")
