"""Partition mappings: what each partition needs, and who needs it; the two ways agree."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.model.errors import CheckError
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_inference import infer_partition_mapping
from headwater.planning.partition_mapping import (
    AllPartitionMapping,
    IdentityPartitionMapping,
    LastPartitionMapping,
    PartitionMapping,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
)
from headwater.planning.partition_mapping_multi import (
    DimensionPartitionMapping,
    MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping,
)
from headwater.planning.partition_mapping_time import TimeWindowPartitionMapping
from headwater.planning.partition_multi import MultiPartitionsDefinition
from headwater.planning.partition_period import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from headwater.planning.partition_static import StaticPartitionsDefinition

NOW = datetime.datetime(2024, 5, 10, 12, tzinfo=UTC)
DAYS = DailyPartitionsDefinition("2024-04-01")
WORKDAYS = DailyPartitionsDefinition("2024-04-01", exclusions=["0 0 * * 6,0"])
TIMES = [
    DAYS,
    WORKDAYS,
    HourlyPartitionsDefinition("2024-05-02-00:00"),
    WeeklyPartitionsDefinition("2024-02-01"),
]
LETTERS = StaticPartitionsDefinition(["a", "b", "c"])


def upstream(
    mapping: PartitionMapping, keys: Iterable[str], down: PartitionsDefinition, up: PartitionsDefinition
) -> tuple[Sequence[str], Sequence[str]]:
    result = mapping.get_upstream_mapped_partitions_result_for_partitions(
        down.subset_with_partition_keys(keys), down, up, NOW
    )
    return result.partitions_subset.get_partition_keys(), result.required_but_nonexistent_partition_keys


def downstream(
    mapping: PartitionMapping, keys: Iterable[str], up: PartitionsDefinition, down: PartitionsDefinition
) -> Sequence[str]:
    given = up.subset_with_partition_keys(keys)
    return mapping.get_downstream_partitions_for_partitions(given, up, down, NOW).get_partition_keys()


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(TIMES), st.sampled_from(TIMES), st.integers(-3, 2), st.integers(0, 2), st.data())
def test_who_needs_a_partition_is_needed_by_it(
    up: PartitionsDefinition, down: PartitionsDefinition, start: int, length: int, data: st.DataObject
) -> None:
    mapping = TimeWindowPartitionMapping(start, start + length, allow_nonexistent_upstream_partitions=True)
    key = data.draw(st.sampled_from(list(down.get_partition_keys(NOW))))
    needed, _ = upstream(mapping, [key], down, up)
    for each in list(needed)[:3]:
        assert key in downstream(mapping, [each], up, down)


def test_time_partitions_overlap() -> None:
    hours = HourlyPartitionsDefinition("2024-05-01-00:00")
    assert len(upstream(TimeWindowPartitionMapping(), ["2024-05-03"], DAYS, hours)[0]) == 24
    assert upstream(TimeWindowPartitionMapping(), ["2024-05-03-07:00"], hours, DAYS)[0] == ["2024-05-03"]
    assert downstream(TimeWindowPartitionMapping(), ["2024-05-03-07:00"], hours, DAYS) == ["2024-05-03"]


def test_the_first_partition_of_a_chain_needs_nothing() -> None:
    before = TimeWindowPartitionMapping(-1, -1)
    assert upstream(before, ["2024-04-01"], DAYS, DAYS) == ([], [])
    assert upstream(before, ["2024-04-02"], DAYS, DAYS) == (["2024-04-01"], [])
    assert upstream(before, ["2024-05-06"], WORKDAYS, WORKDAYS) == (["2024-05-03"], [])


def test_what_is_needed_and_does_not_exist_is_told() -> None:
    late = DailyPartitionsDefinition("2024-05-05")
    found, missing = upstream(TimeWindowPartitionMapping(), ["2024-05-04", "2024-05-05"], DAYS, late)
    assert (found, missing) == (["2024-05-05"], ["2024-05-04"])
    allowing = TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=True)
    assert upstream(allowing, ["2024-05-04"], DAYS, late) == ([], [])


def test_the_other_mappings() -> None:
    assert upstream(AllPartitionMapping(), ["2024-05-01"], DAYS, LETTERS)[0] == ["a", "b", "c"]
    assert upstream(LastPartitionMapping(), ["a"], LETTERS, DAYS)[0] == ["2024-05-09"]
    assert upstream(IdentityPartitionMapping(), ["a", "z"], LETTERS, LETTERS) == (["a"], ["z"])
    assert upstream(SpecificPartitionsPartitionMapping(["b"]), ["2024-05-01"], DAYS, LETTERS)[0] == ["b"]
    worlds = StaticPartitionsDefinition(["x", "y"])
    listed = StaticPartitionMapping({"a": "x", "b": ["x", "y"]})
    assert upstream(listed, ["y"], worlds, LETTERS)[0] == ["b"]
    assert downstream(listed, ["b"], LETTERS, worlds) == ["x", "y"]
    with pytest.raises(ValueError, match="no upstream partition"):
        upstream(StaticPartitionMapping({"q": "x"}), ["x"], worlds, LETTERS)


CUBE = MultiPartitionsDefinition(
    {
        "date": DailyPartitionsDefinition("2024-05-07"),
        "letter": LETTERS,
        "size": StaticPartitionsDefinition(["s", "l"]),
    }
)


def test_three_dimensions_are_mapped_each_by_itself() -> None:
    mapping = MultiPartitionMapping(
        {
            "date": DimensionPartitionMapping("date", TimeWindowPartitionMapping(-1, -1)),
            "letter": DimensionPartitionMapping("letter", IdentityPartitionMapping()),
        }
    )
    assert upstream(mapping, ["2024-05-08|a|s"], CUBE, CUBE)[0] == ["2024-05-07|a|s", "2024-05-07|a|l"]
    assert downstream(mapping, ["2024-05-07|a|s"], CUBE, CUBE) == ["2024-05-08|a|s", "2024-05-08|a|l"]


def test_one_dimension_among_several() -> None:
    mapping = MultiToSingleDimensionPartitionMapping()
    assert upstream(mapping, ["a"], LETTERS, CUBE)[0] == [
        key for key in CUBE.get_partition_keys(NOW) if "|a|" in key
    ]
    assert upstream(mapping, ["2024-05-07|a|s"], CUBE, LETTERS)[0] == ["a"]
    twice = MultiPartitionsDefinition({"one": LETTERS, "two": LETTERS})
    with pytest.raises(CheckError, match="Say which is meant"):
        upstream(mapping, ["a"], LETTERS, twice)


def test_a_mapping_is_chosen_where_none_is_given() -> None:
    assert isinstance(infer_partition_mapping(None, DAYS, WORKDAYS), TimeWindowPartitionMapping)
    assert isinstance(infer_partition_mapping(None, LETTERS, LETTERS), IdentityPartitionMapping)
    assert isinstance(infer_partition_mapping(None, None, DAYS), AllPartitionMapping)
    assert isinstance(infer_partition_mapping(None, LETTERS, CUBE), MultiToSingleDimensionPartitionMapping)
    assert isinstance(infer_partition_mapping(None, CUBE, CUBE), IdentityPartitionMapping)
    last = LastPartitionMapping()
    assert infer_partition_mapping(last, DAYS, DAYS) is last


def test_mappings_are_values() -> None:
    assert TimeWindowPartitionMapping(-1, 0) == TimeWindowPartitionMapping(start_offset=-1)
    assert len({AllPartitionMapping(), AllPartitionMapping(), LastPartitionMapping()}) == 2
    assert repr(TimeWindowPartitionMapping(-1)).startswith("TimeWindowPartitionMapping(start_offset=-1")


def test_ten_thousand_partitions_are_mapped_in_a_second() -> None:
    hours = HourlyPartitionsDefinition("2023-01-01-00:00")
    keys = hours.keys_at(0, 10_000)
    with partition_loading_context(NOW):
        assert (
            len(
                upstream(TimeWindowPartitionMapping(), keys, hours, DailyPartitionsDefinition("2023-01-01"))[
                    0
                ]
            )
            == 417
        )
