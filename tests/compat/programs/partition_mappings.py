"""Which upstream partitions are needed, and which downstream partitions need them.

oracle: 1.13
"""

from datetime import datetime, timezone

from dagster import (
    AllPartitionMapping,
    DailyPartitionsDefinition,
    DimensionPartitionMapping,
    HourlyPartitionsDefinition,
    IdentityPartitionMapping,
    LastPartitionMapping,
    MultiPartitionMapping,
    MultiPartitionsDefinition,
    MultiToSingleDimensionPartitionMapping,
    PartitionMapping,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
    StaticPartitionsDefinition,
    TimeWindowPartitionMapping,
    WeeklyPartitionsDefinition,
    partition_loading_context,
)
from observe import caught, show

NOW = datetime(2024, 5, 10, 12, tzinfo=timezone.utc)
days, hours = DailyPartitionsDefinition("2024-05-01"), HourlyPartitionsDefinition("2024-05-01-00:00")
weeks = WeeklyPartitionsDefinition("2024-04-01")
workdays = DailyPartitionsDefinition("2024-05-01", exclusions=["0 0 * * 6,0"])
abc, acd, xyz = (StaticPartitionsDefinition(list(each)) for each in ("abc", "cad", "xyz"))
grid = MultiPartitionsDefinition({"date": days, "letter": abc})
by_time = TimeWindowPartitionMapping()
before = TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)
listed = StaticPartitionMapping({"a": "x", "b": ["x", "y"], "c": {"y"}})
crossed = MultiPartitionMapping(
    {
        "date": DimensionPartitionMapping("date", before),
        "letter": DimensionPartitionMapping("letter", IdentityPartitionMapping()),
    }
)


def up(mapping, down, upstream, *keys):
    subset = down.subset_with_partition_keys(keys) if down is not None else None
    found = mapping.get_upstream_mapped_partitions_result_for_partitions(subset, down, upstream, NOW)
    return [
        sorted(found.partitions_subset.get_partition_keys()),
        sorted(found.required_but_nonexistent_partition_keys),
    ]


def down(mapping, upstream, downstream, *keys):
    subset = upstream.subset_with_partition_keys(keys)
    found = mapping.get_downstream_partitions_for_partitions(subset, upstream, downstream, NOW)
    return sorted(found.get_partition_keys())


with partition_loading_context(effective_dt=NOW):
    show(
        days_of_hours=up(by_time, days, hours, "2024-05-03"),
        hours_of_days=up(by_time, hours, days, "2024-05-03-04:00"),
        weeks_of_days=up(by_time, weeks, days, "2024-04-28"),
        days_of_weeks=[up(by_time, days, weeks, each) for each in ("2024-05-01", "2024-05-07")],
        before=[up(before, days, days, each) for each in ("2024-05-03", "2024-05-01")],
        wide=up(TimeWindowPartitionMapping(-2, 0), days, days, "2024-05-02", "2024-05-05"),
        ahead=up(TimeWindowPartitionMapping(0, 1), days, days, "2024-05-09"),
        missing=up(by_time, days, DailyPartitionsDefinition("2024-05-04"), "2024-05-03", "2024-05-04"),
        allowed=up(
            TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=True),
            days,
            DailyPartitionsDefinition("2024-05-04"),
            "2024-05-03",
        ),
        excluded=[up(before, workdays, each, "2024-05-06") for each in (workdays, days)],
        back=[
            down(before, days, days, "2024-05-03"),
            down(TimeWindowPartitionMapping(-2, 0), days, days, "2024-05-03"),
            down(by_time, days, weeks, "2024-05-03", "2024-05-07"),
            down(by_time, weeks, days, "2024-04-28"),
            down(before, workdays, workdays, "2024-05-03"),
        ],
        identity=[
            up(IdentityPartitionMapping(), abc, acd, "a", "b"),
            down(IdentityPartitionMapping(), abc, acd, "a", "b"),
        ],
        all=[up(AllPartitionMapping(), None, abc), down(AllPartitionMapping(), abc, days, "a")],
        last=[up(LastPartitionMapping(), None, days), down(LastPartitionMapping(), days, abc, "2024-05-08")],
        specific=[up(SpecificPartitionsPartitionMapping(["a"]), days, abc, "2024-05-03")],
        static=[up(listed, xyz, abc, each) for each in "xyz"] + [down(listed, abc, xyz, "b")],
        one_of_several=[
            up(MultiToSingleDimensionPartitionMapping(), days, grid, "2024-05-03"),
            up(MultiToSingleDimensionPartitionMapping(), grid, days, "2024-05-03|a"),
            down(MultiToSingleDimensionPartitionMapping("letter"), abc, grid, "a")[:3],
            up(MultiToSingleDimensionPartitionMapping("date"), weeks, grid, "2024-04-28"),
        ],
        crossed=[up(crossed, grid, grid, "2024-05-03|a"), down(crossed, grid, grid, "2024-05-03|a")],
        values=[by_time == TimeWindowPartitionMapping(), isinstance(by_time, PartitionMapping), repr(before)],
        wrong=[
            caught(up, StaticPartitionMapping({"q": "x"}), xyz, abc, "x"),
            caught(
                up,
                by_time,
                days,
                DailyPartitionsDefinition("2024-05-02", timezone="Asia/Tokyo"),
                "2024-05-03",
            ),
        ],
    )
