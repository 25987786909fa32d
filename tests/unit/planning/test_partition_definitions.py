"""Partitions definitions: their keys, windows, ranges and pages."""

from __future__ import annotations

import datetime
import time
from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterUnknownPartitionError,
    PartitionKeyFormatError,
)
from headwater.model.partition import MultiPartitionKey, PartitionKeyRange, TimeWindow, parse_key_range
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_dynamic import DynamicPartitionsDefinition
from headwater.planning.partition_multi import MultiPartitionsDefinition
from headwater.planning.partition_period import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from headwater.planning.partition_static import StaticPartitionsDefinition
from headwater.planning.partition_time_window import TimeWindowPartitionsDefinition

NOW = datetime.datetime(2024, 5, 10, 12, tzinfo=UTC)
HOURS = HourlyPartitionsDefinition("1994-05-01-00:00", timezone="America/New_York")


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with partition_loading_context(NOW):
        yield


@st.composite
def time_definitions(draw: st.DrawFn) -> TimeWindowPartitionsDefinition:
    zone = draw(st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Australia/Sydney"]))
    start = draw(st.datetimes(datetime.datetime(2023, 1, 1), datetime.datetime(2024, 3, 1)))  # noqa: DTZ001
    kind = draw(
        st.sampled_from([HourlyPartitionsDefinition, DailyPartitionsDefinition, WeeklyPartitionsDefinition])
    )
    exclusions = draw(st.sampled_from([None, ["0 0 * * 0"], ["* * * * 6"]]))
    offset = draw(st.integers(-3, 3))
    made: TimeWindowPartitionsDefinition = kind(
        start, timezone=zone, minute_offset=draw(st.integers(0, 59)), end_offset=offset, exclusions=exclusions
    )
    return made


@settings(max_examples=60, deadline=None)
@given(time_definitions())
def test_keys_tell_their_windows_and_windows_their_keys(definition: TimeWindowPartitionsDefinition) -> None:
    with partition_loading_context(NOW):
        keys = list(definition.get_partition_keys())
        assert len(keys) == definition.get_num_partitions()
        if len(keys) < 8:  # the exclusions leave next to nothing
            assert bool(keys) == (definition.get_first_partition_key() is not None)
            return
        windows = [definition.time_window_for_partition_key(key) for key in keys]
        assert all(one.end <= other.start for one, other in pairwise(windows))
        assert (definition.get_first_partition_key(), definition.get_last_partition_key()) == (
            keys[0],
            keys[-1],
        )
        middle = len(keys) // 2
        assert definition.has_partition_key(keys[middle])
        assert definition.get_next_partition_key(keys[middle - 1]) == keys[middle]
        assert definition.get_prev_partition_key(keys[middle]) == keys[middle - 1]
        assert (
            definition.get_partition_keys_in_range(PartitionKeyRange(keys[1], keys[middle]))
            == keys[1 : middle + 1]
        )
        assert (
            definition.get_partition_keys_in_time_window(TimeWindow(windows[0].start, windows[-1].end))
            == keys
        )
        assert list(definition.keys_at(2, 7)) == keys[2:7]


def test_thirty_years_of_hours_cost_nothing_until_they_are_listed() -> None:
    HOURS.get_num_partitions()  # works out the days of the years
    began = time.perf_counter()
    assert HOURS.get_num_partitions() > 260_000
    page = HOURS.get_paginated_partition_keys(None, limit=100, ascending=False)
    assert len(page.results) == 100
    assert page.has_more
    assert HOURS.has_partition_key("2011-11-06-01:00-0500")
    assert time.perf_counter() - began < 0.1


def test_the_hour_that_comes_twice_has_two_keys() -> None:
    with partition_loading_context(datetime.datetime(2024, 11, 3, 8, tzinfo=UTC)):
        keys = HourlyPartitionsDefinition(
            "2024-11-03-00:00", timezone="America/New_York"
        ).get_partition_keys()
    assert keys == ["2024-11-03-00:00", "2024-11-03-01:00", "2024-11-03-01:00-0500", "2024-11-03-02:00"]


def test_pages_go_through_all_keys_either_way() -> None:
    for definition in (
        DailyPartitionsDefinition("2024-05-01"),
        StaticPartitionsDefinition(list("abcdefghi")),
        MultiPartitionsDefinition(
            {"a": StaticPartitionsDefinition(["x", "y", "z"]), "d": DailyPartitionsDefinition("2024-05-07")}
        ),
    ):
        keys = list(definition.get_partition_keys())
        for ascending in (True, False):
            found: list[str] = []
            cursor, more = None, True
            while more:
                page = definition.get_paginated_partition_keys(None, 4, ascending, cursor)
                found, cursor, more = [*found, *page.results], page.cursor, page.has_more
            assert found == (keys if ascending else keys[::-1])


def test_an_end_offset_counts_partitions_that_are_not_excluded() -> None:
    weekdays = DailyPartitionsDefinition("2024-05-01", exclusions=["0 0 * * 6", "0 0 * * 0"], end_offset=2)
    assert weekdays.get_last_partition_key() == "2024-05-13"
    assert weekdays.is_window_start_excluded(datetime.datetime(2024, 5, 11, tzinfo=UTC))


def test_an_end_date_ends_the_partitions_whatever_the_offset() -> None:
    ended = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-04", end_offset=5)
    assert ended.get_partition_keys() == ["2024-05-01", "2024-05-02", "2024-05-03"]


def test_weeks_and_months_begin_on_their_day() -> None:
    assert WeeklyPartitionsDefinition("2024-04-01", day_offset=3).get_first_partition_key() == "2024-04-03"
    assert MonthlyPartitionsDefinition("2024-01-02", day_offset=15).get_partition_keys() == [
        "2024-01-15",
        "2024-02-15",
        "2024-03-15",
    ]


def test_a_key_in_another_format_is_refused_with_an_example() -> None:
    with pytest.raises(PartitionKeyFormatError, match='such as "2024-05-01"'):
        DailyPartitionsDefinition("2024-05-01").time_window_for_partition_key("1 May")


def test_faults_of_definitions_are_told_at_once() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="lists a twice"):
        StaticPartitionsDefinition(["a", "b", "a"])
    with pytest.raises(DagsterInvalidDefinitionError, match="time zone"):
        DailyPartitionsDefinition("2024-05-01", timezone="Europe/Atlantis")
    with pytest.raises(DagsterInvalidDefinitionError, match="begin or end there"):
        DailyPartitionsDefinition("May")
    with pytest.raises(DagsterInvalidInvocationError, match="two or more"):
        MultiPartitionsDefinition({"a": StaticPartitionsDefinition(["x"])})
    with pytest.raises(CheckError, match="cron_schedule or a schedule_type"):
        TimeWindowPartitionsDefinition("2024-05-01", "%Y-%m-%d")


def three_dimensions() -> MultiPartitionsDefinition:
    return MultiPartitionsDefinition(
        {
            "region": StaticPartitionsDefinition(["eu", "us"]),
            "date": DailyPartitionsDefinition("2024-05-07"),
            "color": StaticPartitionsDefinition(["red", "blue"]),
        }
    )


def test_three_dimensions_are_combined() -> None:
    cube = three_dimensions()
    keys = cube.get_partition_keys()
    assert len(keys) == cube.get_num_partitions() == 2 * 3 * 2
    assert keys[0] == "red|2024-05-07|eu"
    assert keys[0].keys_by_dimension == {"color": "red", "date": "2024-05-07", "region": "eu"}
    assert cube.has_partition_key("blue|2024-05-09|us")
    assert not cube.has_partition_key("blue|2024-05-10|us")
    assert cube.time_window_for_partition_key("blue|2024-05-09|us").start.day == 9
    assert cube.get_partition_keys_in_range(PartitionKeyRange("red|2024-05-07|us", "red|2024-05-08|us")) == [
        "red|2024-05-07|us",
        "red|2024-05-08|us",
    ]
    assert len(cube.get_multipartition_keys_with_dimension_value("region", "eu")) == 6


def test_a_key_with_a_bar_cannot_be_a_dimension() -> None:
    bars = MultiPartitionsDefinition(
        {"a": StaticPartitionsDefinition(["x|y"]), "b": StaticPartitionsDefinition(["z"])}
    )
    with pytest.raises(DagsterInvalidDefinitionError, match="stands between the dimensions"):
        bars.get_partition_keys()


def test_keys_of_several_dimensions_survive_a_pickle() -> None:
    import pickle

    key = pickle.loads(pickle.dumps(MultiPartitionKey({"b": "2", "a": "1"})))
    assert key == "1|2"
    assert key.keys_by_dimension == {"a": "1", "b": "2"}


def test_dynamic_partitions_ask_for_an_instance() -> None:
    with pytest.raises(CheckError, match="kept by an instance"):
        DynamicPartitionsDefinition(name="customers").get_partition_keys()
    assert DynamicPartitionsDefinition(lambda _: ["a", "b"]).get_partition_keys() == ["a", "b"]


@pytest.mark.parametrize(
    "definition",
    [DailyPartitionsDefinition("2024-05-01"), StaticPartitionsDefinition(["a", "b"]), three_dimensions()],
    ids=["daily", "static", "multi"],
)
def test_an_unknown_key_is_refused(definition: PartitionsDefinition) -> None:
    with pytest.raises(DagsterUnknownPartitionError, match="There is no partition"):
        definition.validate_partition_key("nothing")


def test_a_range_is_read_from_its_text() -> None:
    assert parse_key_range("a...b") == PartitionKeyRange("a", "b")
    with pytest.raises(CheckError, match=r"FIRST\.\.\.LAST"):
        parse_key_range("a-b")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-5-3", "2024-05-03"),
        ("2024/05/03", "2024-05-03"),
        ("2031-01-01", "2024-05-20"),
        ("1999-01-01", "2024-05-01"),
        ("soon", "2024-05-20"),
    ],
)
def test_a_wrong_key_of_time_gets_the_nearest_there_is(text: str, meant: str) -> None:
    days = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-21")
    with (
        partition_loading_context(datetime.datetime(2024, 6, 1, tzinfo=UTC)),
        pytest.raises(DagsterUnknownPartitionError, match=f"Did you mean {meant}\\?"),
    ):
        days.validate_partition_key(text)


def test_a_wrong_key_gets_its_likeness() -> None:
    regions = StaticPartitionsDefinition(["europe", "asia"])
    both = MultiPartitionsDefinition(
        {"day": DailyPartitionsDefinition("2024-05-01", end_date="2024-05-21"), "region": regions}
    )
    with pytest.raises(DagsterUnknownPartitionError, match="Did you mean europe"):
        regions.validate_partition_key("eurpoe")
    with pytest.raises(DagsterUnknownPartitionError, match=r"Did you mean 2024-05-03\|asia"):
        both.validate_partition_key("2024-5-3|asai")
