"""What a backfill will do, told before anything runs; and which of its parts may begin when others have ended."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest

import headwater as hw
from headwater.model.backfill import BackfillRequest, PartitionChoice, PartStatus
from headwater.model.errors import DagsterInvalidSubsetError, DagsterUnknownPartitionError
from headwater.model.key import AssetKey
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.backfill_plan import BackfillPlan, build_backfill_plan
from headwater.planning.backfill_progress import BackfillProgress
from headwater.planning.backfill_target import PartitionRecord
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.partition_graph import PartitionGraph
from headwater.planning.partition_range import build_spans

_DAILY = hw.DailyPartitionsDefinition("2024-01-01", end_date="2024-03-01")
_MONTHLY = hw.MonthlyPartitionsDefinition("2024-01-01", end_date="2024-03-01")
_REGIONS = hw.StaticPartitionsDefinition(["eu", "us", "asia"])


@pytest.fixture(autouse=True)
def _in_spring() -> Iterator[None]:
    with partition_loading_context(datetime.datetime(2024, 4, 1, tzinfo=datetime.UTC)):
        yield


def _asset(name: str, partitions: Any, deps: Any = (), **arguments: Any) -> Any:
    @hw.asset(name=name, partitions_def=partitions, deps=list(deps), **arguments)
    def made() -> None: ...

    return made


def _graph(*assets: Any) -> PartitionGraph:
    return PartitionGraph(AssetGraph(hw.Definitions(list(assets)).get_repository_def().manifest.assets))


def _plan(
    graph: PartitionGraph, records: Mapping[str, PartitionRecord] | None = None, **arguments: Any
) -> BackfillPlan:
    request = BackfillRequest(assets=list(graph.graph.nodes), **arguments)
    known = {AssetKey(name): record for name, record in (records or {}).items()}
    return build_backfill_plan(graph, request, known)


def _shown(plan: BackfillPlan) -> list[tuple[str, int]]:
    return [("+".join(key.parts[-1] for key in each.assets), each.parts) for each in plan.layers]


def _ready(progress: BackfillProgress, most: int = 1000) -> list[tuple[int, str | None]]:
    return [(part.layer, part.start) for part in progress.ready(most)]


def test_assets_with_the_same_partitions_share_runs_and_others_follow_what_they_need() -> None:
    graph = _graph(
        _asset("visits", _DAILY),
        _asset("clean", _DAILY, ["visits"]),
        _asset("report", _MONTHLY, ["clean"]),
        _asset("total", None, ["report"]),
    )
    plan = _plan(graph, partition_range=("2024-01-30", "2024-02-02"))

    assert _shown(plan) == [("visits+clean", 4), ("report", 2), ("total", 1)]
    assert [part.start for part in plan.parts if part.layer == 1] == ["2024-01-01", "2024-02-01"]
    assert [layer.after for layer in plan.layers] == [[], [0], [1]]
    assert plan.partitions == 4 * 2 + 2 + 1


def test_a_circle_between_layers_is_never_planned() -> None:
    graph = _graph(
        _asset("days", _DAILY),
        _asset("months", _MONTHLY, ["days"]),
        _asset("again", _DAILY, ["days", "months"]),
    )
    assert _shown(_plan(graph)) == [("days", 60), ("months", 2), ("again", 60)]


def test_a_part_begins_as_soon_as_what_it_needs_is_there() -> None:
    graph = _graph(
        _asset("days", _DAILY), _asset("months", _MONTHLY, ["days"]), _asset("all", None, ["months"])
    )
    plan = _plan(graph)
    progress = BackfillProgress(graph, plan.layers, plan.parts)
    begun = progress.ready(1000)
    assert {part.layer for part in begun} == {0}

    for part in begun[:30]:
        progress.settle(part.number, PartStatus.SUCCESS)
    assert _ready(progress) == []
    progress.settle(begun[30].number, PartStatus.SUCCESS)
    assert _ready(progress) == [(1, "2024-01-01")]  # January, whatever February is about
    for part in begun[31:]:
        progress.settle(part.number, PartStatus.SUCCESS)
    assert _ready(progress) == [(1, "2024-02-01")]
    progress.settle(60, PartStatus.SUCCESS)
    progress.settle(61, PartStatus.SUCCESS)
    assert _ready(progress) == [(2, None)]
    assert not progress.is_over
    progress.settle(62, PartStatus.SUCCESS)
    assert progress.is_over


def test_a_failure_blocks_what_needs_it_and_nothing_else() -> None:
    graph = _graph(
        _asset("days", _DAILY), _asset("months", _MONTHLY, ["days"]), _asset("all", None, ["months"])
    )
    plan = _plan(graph)
    progress = BackfillProgress(graph, plan.layers, plan.parts)
    progress.ready(1000)
    assert progress.settle(0, PartStatus.FAILURE) == [60, 62]
    for number in range(1, 60):
        progress.settle(number, PartStatus.SUCCESS)
    assert _ready(progress) == [(1, "2024-02-01")]

    again = BackfillProgress(graph, plan.layers, [_with(plan, n, s) for n, s in enumerate(progress.status)])
    assert _ready(again) == [(1, "2024-02-01")]
    assert again.blocked_before == []


def _with(plan: BackfillPlan, number: int, status: PartStatus) -> Any:
    return msgspec.structs.replace(plan.parts[number], status=status)


def test_partitions_that_need_the_one_before_run_one_after_the_other() -> None:
    chained = _asset(
        "balance",
        _DAILY,
        [hw.AssetDep("balance", partition_mapping=hw.TimeWindowPartitionMapping(-1, -1))],
    )
    graph = _graph(chained)
    plan = _plan(graph, partition_range=("2024-01-05", "2024-01-07"))
    progress = BackfillProgress(graph, plan.layers, plan.parts)

    for number, day in enumerate(["2024-01-05", "2024-01-06", "2024-01-07"]):
        assert _ready(progress) == [(0, day)]
        progress.settle(number, PartStatus.SUCCESS)


def test_missing_and_failed_are_taken_for_each_asset_by_itself() -> None:
    graph = _graph(_asset("raw", _REGIONS), _asset("clean", _REGIONS, ["raw"]))
    records = {
        "raw": PartitionRecord(materialized=["eu", "us"], failed=["us"]),
        "clean": PartitionRecord(materialized=["eu"]),
    }
    missing = _plan(graph, records, choice=PartitionChoice.MISSING)
    assert [(each.layer, each.start) for each in missing.parts] == [(0, "asia"), (1, "us"), (1, "asia")]
    failed = _plan(graph, records, choice=PartitionChoice.FAILED)
    assert _shown(failed) == [("raw+clean", 1)]
    assert failed.parts[0].start == "us"


def test_a_policy_says_how_many_partitions_one_run_makes() -> None:
    single = _graph(_asset("a", _DAILY, backfill_policy=hw.BackfillPolicy.single_run()))
    several = _graph(_asset("b", _DAILY, backfill_policy=hw.BackfillPolicy.multi_run(25)))

    assert [(each.start, each.end, each.count) for each in _plan(single).parts] == [
        ("2024-01-01", "2024-02-29", 60)
    ]
    assert [each.count for each in _plan(several).parts] == [25, 25, 10]
    gap = _plan(several, partition_keys=["2024-01-01", "2024-01-02", "2024-01-09"])
    assert [(each.start, each.end) for each in gap.parts] == [
        ("2024-01-01", "2024-01-02"),
        ("2024-01-09", "2024-01-09"),
    ]


def test_ranges_of_several_dimensions_are_boxes() -> None:
    both = hw.MultiPartitionsDefinition({"day": _DAILY, "region": _REGIONS})
    keys = list(both.get_partition_keys())
    assert [each.size for each in build_spans(both, keys)] == [180]
    spans = build_spans(both, [key for key in keys if key != "2024-01-02|us"])
    assert sum(each.size for each in spans) == 179
    found = [key for each in spans for key in both.get_partition_keys_in_range(each.range)]
    assert sorted(found) == sorted(key for key in keys if key != "2024-01-02|us")
    assert {each.size for each in build_spans(both, keys, 2)} == {1, 2}


def test_outputs_of_one_function_are_made_together() -> None:
    @hw.multi_asset(
        specs=[hw.AssetSpec("a", partitions_def=_DAILY), hw.AssetSpec("b", partitions_def=_DAILY)]
    )
    def both() -> None: ...

    assert _shown(_plan(_graph(both))) == [("a+b", 60)]


def test_what_cannot_be_filled_is_said() -> None:
    graph = _graph(_asset("plain", None))
    with pytest.raises(DagsterInvalidSubsetError, match="has partitions"):
        _plan(graph)
    days = _graph(_asset("days", _DAILY))
    with pytest.raises(DagsterUnknownPartitionError, match="2023-12-31"):
        _plan(days, partition_keys=["2023-12-31"])
