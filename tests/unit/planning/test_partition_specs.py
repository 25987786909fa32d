"""What of partitions leaves the user's process tells others the same as the definitions themselves."""

from __future__ import annotations

import datetime

import pytest

import headwater as hw
from headwater.model.codec import decode, encode
from headwater.model.errors import PartitionsNotKnownError
from headwater.model.key import AssetKey
from headwater.model.manifest import Manifest
from headwater.model.partition_spec import PartitionMappingSpec, PartitionsSpec
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_graph import PartitionGraph
from headwater.planning.partition_mapping import PartitionMapping
from headwater.planning.partition_mapping_spec import build_mapping_spec, build_partition_mapping
from headwater.planning.partition_spec import build_partitions_def, build_partitions_spec

_DAILY = hw.DailyPartitionsDefinition("2024-03-01", timezone="Europe/Berlin", hour_offset=4)
_REGIONS = hw.StaticPartitionsDefinition(["eu", "us"])


@pytest.mark.parametrize(
    "definition",
    [
        _DAILY,
        hw.HourlyPartitionsDefinition("2024-10-26-00:00", timezone="Europe/Berlin", end_offset=1),
        hw.WeeklyPartitionsDefinition("2024-01-01", end_date="2024-04-01"),
        hw.TimeWindowPartitionsDefinition(
            start=datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC),
            fmt="%Y-%m-%d",
            cron_schedule="0 0 * * *",
            exclusions=["0 0 * * 0", datetime.datetime(2024, 5, 3, tzinfo=datetime.UTC)],
        ),
        _REGIONS,
        hw.MultiPartitionsDefinition({"date": _DAILY, "region": _REGIONS}),
    ],
    ids=lambda each: type(each).__name__,
)
def test_the_partitions_of_a_spec_are_those_of_the_definition(definition: PartitionsDefinition) -> None:
    spec = build_partitions_spec(definition)
    again = build_partitions_def(decode(encode(spec), PartitionsSpec))  # type: ignore[arg-type]

    with partition_loading_context(datetime.datetime(2024, 11, 5, tzinfo=datetime.UTC)):
        assert again.get_partition_keys() == definition.get_partition_keys()
        assert again.get_num_partitions() > 1


@pytest.mark.parametrize(
    "mapping",
    [
        hw.AllPartitionMapping(),
        hw.LastPartitionMapping(),
        hw.IdentityPartitionMapping(),
        hw.SpecificPartitionsPartitionMapping(["eu"]),
        hw.StaticPartitionMapping({"eu": ["eu", "us"]}),
        hw.TimeWindowPartitionMapping(
            start_offset=-1, end_offset=-1, allow_nonexistent_upstream_partitions=True
        ),
        hw.MultiToSingleDimensionPartitionMapping("date"),
        hw.MultiPartitionMapping(
            {"date": hw.DimensionPartitionMapping("day", hw.TimeWindowPartitionMapping(-1, -1))}
        ),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_mapping_travels(mapping: PartitionMapping) -> None:
    text = encode(build_mapping_spec(mapping))
    assert build_partition_mapping(decode(text, PartitionMappingSpec)) == mapping  # type: ignore[arg-type]


def test_what_only_user_code_can_tell_is_said_to_be_unknown() -> None:
    class Mine(hw.IdentityPartitionMapping):
        pass

    spec = build_partitions_spec(hw.DynamicPartitionsDefinition(lambda _: ["a"]))
    with pytest.raises(PartitionsNotKnownError, match=r"DynamicPartitionsDefinition\(name="):
        build_partitions_def(spec)
    with pytest.raises(PartitionsNotKnownError, match="Mine"):
        build_partition_mapping(build_mapping_spec(Mine()))


def test_the_manifest_alone_maps_partitions_along_the_edges() -> None:
    monthly = hw.MonthlyPartitionsDefinition("2024-01-01", end_date="2024-06-01")
    daily = hw.DailyPartitionsDefinition("2024-01-01", end_date="2024-06-01")

    @hw.asset(partitions_def=daily, backfill_policy=hw.BackfillPolicy.multi_run(10))
    def visits() -> None: ...

    @hw.asset(partitions_def=monthly, deps=[visits])
    def report() -> None: ...

    @hw.asset(
        partitions_def=daily,
        deps=[hw.AssetDep(visits, partition_mapping=hw.TimeWindowPartitionMapping(-1, -1))],
    )
    def change() -> None: ...

    @hw.asset(deps=[visits])
    def total() -> None: ...

    made = hw.Definitions([visits, report, change, total]).get_repository_def().manifest
    manifest = decode(encode(made), Manifest)
    graph = PartitionGraph(AssetGraph(manifest.assets))
    key = AssetKey

    def edge(downstream: str) -> list[str]:
        found = graph.edge(key(downstream), key("visits"))
        assert found is not None
        return list(found.needed({"report": ["2024-02-01"], "change": ["2024-02-01"]}.get(downstream)))

    assert len(edge("report")) == 29
    assert edge("change") == ["2024-01-31"]
    assert len(edge("total")) == 152
    upward = graph.edge(key("report"), key("visits"))
    assert upward is not None
    assert upward.needing(["2024-02-11"]) == ["2024-02-01"]
    policy = graph.graph.nodes[key("visits")].backfill_policy
    assert policy is not None
    assert policy.max_partitions_per_run == 10
