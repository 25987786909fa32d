"""Backfills are carried out: in the right order, within limits, through pauses, failures, crashes and cancellations."""

from __future__ import annotations

import datetime

import pytest

import headwater as hw
from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.backfill import Backfill, BackfillRequest, BackfillStatus, PartitionChoice, PartStatus
from headwater.model.errors import (
    BackfillNotFoundError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
)
from headwater.model.event import Event, EventKind
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun, DagsterRunStatus, RunsFilter
from headwater.services.backfill_control import BackfillControl
from headwater.services.backfill_launch import BackfillLauncher
from headwater.services.backfill_service import BackfillService
from tests.contracts.turned_clock import TurnedClock
from tests.unit.services.told_host import HERE, ToldHost

_DAYS = hw.DailyPartitionsDefinition("2024-05-01", end_date="2024-05-05")
_NOW = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC).timestamp()


@hw.asset(partitions_def=_DAYS)
def visits() -> None: ...


@hw.asset(
    partitions_def=_DAYS,
    deps=[hw.AssetDep(visits, partition_mapping=hw.TimeWindowPartitionMapping(start_offset=-1))],
)
def growth() -> None: ...


@hw.asset(deps=[growth])
def total() -> None: ...


@hw.op
def sweep() -> None: ...


@hw.job(partitions_def=_DAYS)
def sweeping() -> None:
    sweep()


class Bench:
    """The service over a store in memory, without any process: the test says how runs end."""

    def __init__(self) -> None:
        self.clock = TurnedClock(_NOW)
        self.storage = MemoryStorage(self.clock)
        definitions = hw.Definitions([visits, growth, total], jobs=[sweeping])
        self.manifest = definitions.get_repository_def().manifest
        self.control = BackfillControl(self.storage, self.cancel)
        self.restart()

    def restart(self) -> None:
        """Another service over the same store, as after a crash."""
        self.service = BackfillService(
            storage=self.storage,
            host=ToldHost(self.manifest),
            clock=self.clock,
            cancel=self.cancel,
            submitted=lambda: None,
        )

    def launch(self, *names: str, **arguments: object) -> Backfill:
        asked = {"assets": [AssetKey(name) for name in names], "location": HERE, **arguments}
        request = BackfillRequest(**asked)  # type: ignore[arg-type]
        backfill = BackfillLauncher(self.storage, self.manifest).launch(request, self.clock.now())
        self.service.step()
        return backfill

    def queued(self) -> list[DagsterRun]:
        records = self.storage.runs.find(RunsFilter(statuses=[DagsterRunStatus.QUEUED]), ascending=True)
        return [record.dagster_run for record in records]

    def shown(self) -> list[str]:
        return [
            f"{'+'.join(key.parts[-1] for key in run.asset_selection or ())} "
            f"{run.tags.get('dagster/partition', '')}".strip()
            for run in self.queued()
        ]

    def end(self, shown: str, kind: EventKind = EventKind.RUN_SUCCESS) -> None:
        run = self.queued()[self.shown().index(shown)]
        self.storage.event_log.append([Event(kind=kind, run_id=run.run_id)])
        self.service.step()

    def cancel(self, run_id: str) -> None:
        self.storage.event_log.append([Event(kind=EventKind.RUN_CANCELED, run_id=run_id)])

    def status(self, backfill: Backfill) -> str:
        found = self.storage.backfills.get(backfill.backfill_id)
        assert found is not None
        return found.status.value


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_each_partition_begins_with_the_last_of_those_that_it_needs(bench: Bench) -> None:
    backfill = bench.launch("visits", "growth", "total", partition_range=("2024-05-01", "2024-05-03"))
    assert bench.shown() == [f"visits 2024-05-0{day}" for day in (1, 2, 3)]
    bench.end("visits 2024-05-02")
    assert bench.shown() == ["visits 2024-05-01", "visits 2024-05-03"]  # growth needs the day before, too
    bench.end("visits 2024-05-01")
    assert bench.shown() == ["visits 2024-05-03", "growth 2024-05-01", "growth 2024-05-02"]
    for shown in ("visits 2024-05-03", "growth 2024-05-01", "growth 2024-05-02", "growth 2024-05-03"):
        bench.end(shown)
    assert bench.shown() == ["total"]
    bench.end("total")
    assert (bench.status(backfill), bench.shown()) == ("SUCCESS", [])


def test_runs_carry_tags_and_no_more_than_the_limit_are_begun(bench: Bench) -> None:
    backfill = bench.launch("visits", most_runs=2, tags={"dagster/priority": "-1"})
    assert bench.shown() == ["visits 2024-05-01", "visits 2024-05-02"]
    assert bench.queued()[0].tags == {
        "dagster/priority": "-1",
        "dagster/partition": "2024-05-01",
        "dagster/backfill": backfill.backfill_id,
    }
    bench.end("visits 2024-05-01")
    assert bench.shown() == ["visits 2024-05-02", "visits 2024-05-03"]


def test_a_failure_stops_what_is_below_it_and_a_retry_does_only_that_again(bench: Bench) -> None:
    backfill = bench.launch("visits", "growth", partition_keys=["2024-05-01", "2024-05-02"])
    bench.end("visits 2024-05-01")
    bench.end("visits 2024-05-02", EventKind.RUN_FAILURE)
    bench.end("growth 2024-05-01")
    assert bench.status(backfill) == "FAILURE"
    counts = bench.storage.backfills.counts([backfill.backfill_id])[backfill.backfill_id]
    assert {(each.layer, each.status.value): each.parts for each in counts} == {
        (0, "SUCCESS"): 1,
        (0, "FAILURE"): 1,
        (1, "SUCCESS"): 1,
        (1, "BLOCKED"): 1,
    }

    bench.control.resume(backfill.backfill_id)
    bench.service.step()
    assert bench.shown() == ["visits 2024-05-02"]
    bench.end("visits 2024-05-02")
    bench.end("growth 2024-05-02")
    assert bench.status(backfill) == "SUCCESS"
    with pytest.raises(DagsterInvariantViolationError, match="SUCCESS"):
        bench.control.resume(backfill.backfill_id)


def test_what_failed_is_retried_while_the_rest_goes_on(bench: Bench) -> None:
    backfill = bench.launch("visits")
    bench.end("visits 2024-05-01", EventKind.RUN_FAILURE)
    bench.control.retry(backfill.backfill_id)
    bench.service.step()
    assert "visits 2024-05-01" in bench.shown()
    for day in (1, 2, 3, 4):
        bench.end(f"visits 2024-05-0{day}")
    assert bench.status(backfill) == "SUCCESS"


def test_a_paused_one_lets_runs_end_and_begins_none(bench: Bench) -> None:
    backfill = bench.launch("visits", most_runs=1)
    bench.control.pause(backfill.backfill_id[:4])
    bench.end("visits 2024-05-01")
    assert bench.shown() == []
    with pytest.raises(DagsterInvariantViolationError, match="PAUSED"):
        bench.control.pause(backfill.backfill_id)
    bench.control.resume(backfill.backfill_id)
    bench.service.step()
    assert bench.shown() == ["visits 2024-05-02"]


def test_a_new_service_goes_on_where_the_last_one_was(bench: Bench) -> None:
    backfill = bench.launch("visits", "growth", most_runs=2)
    bench.end("visits 2024-05-01")
    run = bench.queued()[0]
    bench.storage.event_log.append([Event(kind=EventKind.RUN_SUCCESS, run_id=run.run_id)])  # nobody looked
    bench.restart()
    bench.service.step()
    seen = 0
    while bench.status(backfill) == "RUNNING":
        bench.end(bench.shown()[0])
        seen += 1
        bench.restart()
    assert bench.storage.runs.count() == 8  # four days of two assets, each once
    assert seen == 6


def test_a_canceled_one_ends_its_runs_and_can_be_resumed(bench: Bench) -> None:
    backfill = bench.launch("visits", most_runs=1)
    bench.end("visits 2024-05-01")
    bench.control.ask_to_cancel(backfill.backfill_id)
    bench.service.step()
    assert (bench.status(backfill), bench.shown()) == ("CANCELED", [])
    bench.control.resume(backfill.backfill_id)
    bench.service.step()
    assert bench.shown() == ["visits 2024-05-02"]


def test_an_asset_that_is_gone_from_the_code_stops_nothing_else(bench: Bench) -> None:
    gone = bench.launch("visits", "growth", partition_keys=["2024-05-01"])
    bench.manifest = hw.Definitions([visits]).get_repository_def().manifest
    bench.restart()
    bench.service.step()
    other = bench.launch("visits", partition_keys=["2024-05-04"])
    assert bench.shown() == ["visits 2024-05-01", "growth 2024-05-01", "visits 2024-05-04"]
    bench.end("visits 2024-05-04")
    assert (bench.status(gone), bench.status(other)) == ("RUNNING", "SUCCESS")


def test_a_job_of_ops_runs_once_for_each_partition(bench: Bench) -> None:
    backfill = bench.launch(job_name="sweeping", partition_keys=["2024-05-02", "2024-05-01"])
    runs = bench.queued()
    assert [run.tags["dagster/partition"] for run in runs] == ["2024-05-01", "2024-05-02"]
    assert {run.job_name for run in runs} == {"sweeping"}
    for run in runs:
        kind = EventKind.RUN_SUCCESS if run is runs[0] else EventKind.RUN_FAILURE
        bench.storage.event_log.append([Event(kind=kind, run_id=run.run_id)])
    bench.service.step()
    assert bench.status(backfill) == "FAILURE"
    again = bench.launch(job_name="sweeping", choice=PartitionChoice.FAILED)
    assert [part.start for part in bench.storage.backfills.parts(again.backfill_id)] == ["2024-05-02"]


def test_what_has_nothing_to_do_is_refused(bench: Bench) -> None:
    with pytest.raises(DagsterInvalidSubsetError, match="has failed"):
        bench.launch("visits", choice=PartitionChoice.FAILED)
    with pytest.raises(DagsterInvalidSubsetError, match="no job"):
        bench.launch(job_name="nightly")
    with pytest.raises(BackfillNotFoundError):
        bench.control.find("none")


def test_a_deleted_run_counts_as_canceled(bench: Bench) -> None:
    backfill = bench.launch("visits", partition_keys=["2024-05-01"])
    bench.storage.runs.delete(bench.queued()[0].run_id)
    bench.service.step()
    assert bench.status(backfill) == BackfillStatus.FAILURE.value
    (part,) = bench.storage.backfills.parts(backfill.backfill_id)
    assert part.status is PartStatus.CANCELED
