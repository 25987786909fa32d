"""What 100,000 partitions of ten assets cost to count, to page through and to fill; and what holding a definition costs.

    python -m benchmarks.partitions

There is no other side: at this size Dagster's page lists every key. The limits are those of the issue: counts and a page of
keys under 50 ms, a backfill of 10,000 partitions planned in under 2 s.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable

import headwater as hw
from headwater.instance.instance import DagsterInstance
from headwater.model.backfill import BackfillRequest
from headwater.model.event import AssetMaterialization, Event, EventKind, StepMaterializationData
from headwater.model.key import AssetKey
from headwater.model.manifest import Manifest
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.backfill_progress import BackfillProgress
from headwater.planning.partition_graph import PartitionGraph
from headwater.services.backfill_launch import BackfillLauncher
from tests.integration.server.serving import serving

ASSETS, PARTITIONS, FILLED = 10, 100_000, 10_000
_BATCH = 5_000
_TIMES = 9


def build_manifest() -> Manifest:
    """A chain of assets with hourly partitions, each needing the hour before of the one above."""
    hours = hw.HourlyPartitionsDefinition("2010-01-01-00:00", end_date="2021-05-29-16:00")
    assert hours.get_num_partitions() == PARTITIONS
    made: list[hw.AssetsDefinition] = []
    for number in range(ASSETS):
        above = made[-1:]
        before = hw.TimeWindowPartitionMapping(start_offset=-1)

        @hw.asset(
            name=f"a{number}",
            partitions_def=hours,
            deps=[hw.AssetDep(each, partition_mapping=before) for each in above],
        )
        def asset() -> None: ...

        made.append(asset)
    return hw.Definitions(made).get_repository_def().manifest


def fill(instance: DagsterInstance, manifest: Manifest) -> float:
    """Record that all partitions but the last hundred of each asset were made; microseconds for each."""
    keys = PartitionGraph(AssetGraph(manifest.assets)).definition(manifest.assets[0].key)
    assert keys is not None
    partitions = list(keys.get_partition_keys())[:-100]
    began = time.process_time()
    for node in manifest.assets:
        for start in range(0, len(partitions), _BATCH):
            instance.storage.event_log.append(
                [_made(node.key, each) for each in partitions[start : start + _BATCH]]
            )
    return (time.process_time() - began) / (len(partitions) * len(manifest.assets)) * 1e6


def _made(key: AssetKey, partition: str) -> Event:
    data = StepMaterializationData(materialization=AssetMaterialization(key, partition=partition))
    return Event(kind=EventKind.ASSET_MATERIALIZATION, run_id="", data=data)


def report(what: str, work: Callable[[], object]) -> None:
    """The first time, and the median of those after it."""
    times = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    print(
        f"| {what} | {times[0]:,.1f} | {statistics.median(times[1:]):,.1f} | {min(times[1:]):,.1f} |",
        flush=True,
    )


def main() -> None:
    """Measure and print a table."""
    hold = _held()
    manifest = build_manifest()
    with (
        tempfile.TemporaryDirectory() as folder,
        DagsterInstance.open(folder) as instance,
        serving(instance, manifest) as site,
    ):
        each = fill(instance, manifest)

        def get(path: str) -> Callable[[], object]:
            return lambda: site.get(path).json

        print("| | first, ms | median, ms | best, ms |\n|---|---|---|---|")
        report("totals of ten assets (HTTP)", get("partitions"))
        report("a page of 100 keys (HTTP)", get("partitions/a5/keys"))
        report("the last 100 keys (HTTP)", get("partitions/a5/keys?order=last"))
        report("a page of 100 missing keys (HTTP)", get("partitions/a6/keys?state=missing"))
        report("the bar of 100,000 (HTTP)", get("partitions/a7/spans"))
        launcher = BackfillLauncher(instance.storage, manifest)
        request = BackfillRequest(
            assets=[node.key for node in manifest.assets[:3]],
            partition_range=("2010-01-01-00:00", "2011-02-21-15:00"),
        )
        report(f"plan a backfill of {FILLED:,} of three assets", lambda: launcher.plan(request, time.time()))
        plan = launcher.plan(request, time.time())
        assert len(plan.parts) == 3 * FILLED
        graph = PartitionGraph(AssetGraph(manifest.assets))
        report(
            "work out what its 30,000 runs wait for", lambda: BackfillProgress(graph, plan.layers, plan.parts)
        )
    print(f"\nRecording a materialised partition takes {each:.1f} us of CPU. {hold}")


def _held() -> str:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    began = time.perf_counter()
    held = [hw.HourlyPartitionsDefinition(f"1996-01-01-{hour:02}:00") for hour in range(24)]
    took = (time.perf_counter() - began) / len(held)
    size = (tracemalloc.get_traced_memory()[0] - before) / len(held)
    tracemalloc.stop()
    return f"A 30-year hourly definition takes {took * 1e6:.0f} us to make and {size:,.0f} bytes to hold."


if __name__ == "__main__":
    main()
