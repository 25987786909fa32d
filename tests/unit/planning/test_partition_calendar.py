"""Boundaries are computed: counted, stepped to and listed, they are the same moments, and the clocks agree."""

from __future__ import annotations

import datetime
import time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.planning.partition_calendar import PartitionCalendar, calendar_of

ZONES = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
]
CRONS = [
    "0 * * * *",
    "15 * * * *",
    "*/20 * * * *",
    "0 0 * * *",
    "30 2 * * *",
    "30 1,2 * * *",
    "0 5 * * 1",
    "0 0 1 * *",
    "0 0 L * *",
    "0 0 1-7 * 1",
    "0 9-17 * * 1-5",
    "0 0 29 2 *",
]
moments = st.integers(
    int(datetime.datetime(2019, 1, 1, tzinfo=datetime.UTC).timestamp()),
    int(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).timestamp()),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CRONS), st.sampled_from(ZONES), moments, st.integers(0, 90 * 86400))
def test_counting_stepping_and_listing_agree(cron: str, zone: str, start: int, length: int) -> None:
    calendar = calendar_of(cron, zone)
    listed = list(calendar.between(start, start + length))
    assert all(one < other for one, other in pairwise(listed))
    assert calendar.count(start, start + length) == len(listed)
    for place in {0, len(listed) // 2, len(listed) - 1} & set(range(len(listed))):
        assert calendar.step(start, place) == listed[place]
        assert calendar.step(start + length, place - len(listed)) == listed[place]
        assert calendar.has(listed[place])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["0 * * * *", "7,37 * * * *", "*/20 * * * *"]), st.sampled_from(ZONES), moments)
def test_an_hourly_expression_is_due_in_each_real_hour(cron: str, zone: str, start: int) -> None:
    minutes = {"0": {0}, "7,37": {7, 37}, "*/20": {0, 20, 40}}[cron.split()[0]]
    start -= start % 60
    clock = ZoneInfo(zone)
    by_the_clock = [
        moment
        for moment in range(start, start + 3 * 86400, 60)
        if datetime.datetime.fromtimestamp(moment, clock).minute in minutes
    ]
    assert list(calendar_of(cron, zone).between(start, start + 3 * 86400)) == by_the_clock


@pytest.mark.parametrize(
    ("zone", "cron", "day", "due"),
    [
        ("America/New_York", "30 2 * * *", "2024-03-10", "2024-03-10T03:00:00-04:00"),
        ("America/New_York", "30 1 * * *", "2024-11-03", "2024-11-03T01:30:00-05:00"),
        ("Europe/Berlin", "15 2 * * *", "2024-03-31", "2024-03-31T03:00:00+02:00"),
        ("Europe/Berlin", "15 2 * * *", "2024-10-27", "2024-10-27T02:15:00+01:00"),
        ("Australia/Lord_Howe", "0 2 * * *", "2024-10-06", "2024-10-06T02:30:00+11:00"),
        ("America/Santiago", "0 0 * * *", "2024-09-08", "2024-09-08T01:00:00-03:00"),
    ],
)
def test_a_time_that_is_left_out_or_comes_twice_is_due_once(zone: str, cron: str, day: str, due: str) -> None:
    midnight = datetime.datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    start, end = int(midnight.timestamp()), int((midnight + datetime.timedelta(days=1)).timestamp())
    found = [
        datetime.datetime.fromtimestamp(each, ZoneInfo(zone))
        for each in calendar_of(cron, zone).between(start, end)
    ]
    assert [each.isoformat() for each in found] == [due]


def test_a_day_that_a_country_skips_has_no_boundary_of_its_own() -> None:
    start = int(datetime.datetime(2011, 12, 29, 12, tzinfo=datetime.UTC).timestamp())
    found = list(calendar_of("0 0 * * *", "Pacific/Apia").between(start, start + 3 * 86400))
    days = [datetime.datetime.fromtimestamp(each, ZoneInfo("Pacific/Apia")).day for each in found]
    assert days == [31, 1, 2]


def test_exclusions_leave_out_what_their_expressions_and_moments_mean() -> None:
    monday = int(datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC).timestamp())
    calendar = calendar_of("0 0 * * *", "UTC", ("0 0 * * 0,6",), (monday,))
    found = list(calendar.between(monday - 3 * 86400, monday + 2 * 86400))
    assert found == [monday - 3 * 86400, monday + 86400]
    assert calendar.step(monday, -1) == monday - 3 * 86400


def test_an_expression_that_is_never_due_has_no_boundary() -> None:
    calendar = calendar_of("0 0 30 2 *", "UTC")
    assert calendar.step(0, 0) is None
    assert calendar.count(0, 10**9) == 0


def test_thirty_years_of_hours_are_counted_without_listing_them() -> None:
    start, end = (
        int(datetime.datetime(year, 1, 1, tzinfo=datetime.UTC).timestamp()) for year in (1995, 2025)
    )
    calendar = PartitionCalendar("0 * * * *", "America/New_York")
    began = time.perf_counter()
    assert calendar.count(start, end) == (end - start) // 3600
    first = time.perf_counter() - began
    began = time.perf_counter()
    for _ in range(1000):
        calendar.count(start, end)
    again = (time.perf_counter() - began) / 1000
    assert first < 1.0  # the days of thirty years, once
    assert again < 0.001
