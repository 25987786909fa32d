"""Sensors of automation conditions over virtual time: runs are asked for once, and the reason is kept."""

from __future__ import annotations

import msgspec

import headwater as hw
from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.event import AssetMaterialization, Event, EventKind, StepMaterializationData
from headwater.model.key import AssetKey
from headwater.model.manifest import Manifest
from headwater.model.tick import AutomationId, TickStatus
from headwater.services.automation_record import MOST_KEPT, AutomationRecord
from headwater.services.automation_service import AutomationService
from headwater.services.tick_record import TickRecorder
from tests.contracts.turned_clock import TurnedClock
from tests.unit.services.told_host import HERE, ToldHost

NAME = "default_automation_condition_sensor"
REPORT = AssetKey("report")


class Bench:
    """An automation service over a store in memory; every sensor is on."""

    def __init__(self, *assets: hw.AssetsDefinition) -> None:
        self.clock = TurnedClock(1_000_000.0)
        self.storage = MemoryStorage(self.clock)
        self.host = ToldHost(_switched_on(hw.Definitions(assets=assets).manifest))
        self.record = AutomationRecord(self.storage)

    def service(self) -> AutomationService:
        return AutomationService(
            storage=self.storage,
            host=self.host,
            clock=self.clock,
            recorder=TickRecorder(self.storage.schedules, lambda _: None),
            submitted=lambda: None,
        )

    def report(self, name: str) -> None:
        made = AssetMaterialization(name)
        data = StepMaterializationData(materialization=made)
        self.storage.event_log.append([Event(kind=EventKind.ASSET_MATERIALIZATION, run_id="", data=data)])

    def step(self, service: AutomationService) -> None:
        self.clock.at += 30
        service.step()


def _switched_on(manifest: Manifest) -> Manifest:
    sensors = [msgspec.structs.replace(each, default_status="RUNNING") for each in manifest.sensors]
    return msgspec.structs.replace(manifest, sensors=sensors)


@hw.asset
def orders() -> None: ...


@hw.asset(deps=[orders], automation_condition=hw.AutomationCondition.eager())
def report() -> None: ...


def test_a_run_is_queued_once_whatever_is_restarted() -> None:
    bench = Bench(orders, report)
    bench.step(bench.service())
    bench.report("orders")
    for _ in range(3):
        bench.step(bench.service())  # each is a new process: what it knows, it has from the store
    (queued,) = bench.storage.runs.find()
    assert queued.dagster_run.asset_selection == [REPORT]
    assert queued.dagster_run.location == HERE


def test_two_that_evaluate_at_the_same_time_ask_for_one_run() -> None:
    @hw.asset(deps=[orders], automation_condition=hw.AutomationCondition.any_deps_updated())
    def copy() -> None: ...

    bench = Bench(orders, copy)
    bench.step(bench.service())
    bench.report("orders")
    before = bench.storage.schedules.state(AutomationId(HERE, NAME))
    bench.step(bench.service())
    assert before is not None
    # The second one has not seen the first.
    bench.storage.schedules.set_cursor(AutomationId(HERE, NAME), before.cursor)
    bench.step(bench.service())
    newest = bench.storage.schedules.ticks(AutomationId(HERE, NAME))[0]
    assert bench.storage.runs.count() == 1
    assert len(newest.known_run_ids) == 1


def test_the_reason_is_kept_when_it_changes() -> None:
    bench = Bench(orders, report)
    service = bench.service()
    for _ in range(4):
        bench.step(service)
    bench.report("orders")
    bench.step(service)
    kept = bench.record.find(HERE, REPORT, limit=10)
    assert [each.requested for each in kept] == [
        1,
        0,
        0,
    ]  # asked for, and before that the second and the first one
    assert kept[0].run_ids == bench.storage.schedules.ticks(AutomationId(HERE, NAME))[0].run_ids
    assert bench.record.find(HERE, REPORT, limit=10, before=kept[0].at) == kept[1:]


def test_only_the_newest_reasons_are_kept() -> None:
    bench = Bench(orders, report)
    service = bench.service()
    for _ in range(MOST_KEPT):
        bench.report("orders")
        bench.step(service)
        bench.step(service)
    assert len(bench.record.find(HERE, REPORT, limit=1000)) == MOST_KEPT


def test_a_condition_that_cannot_be_evaluated_fails_alone() -> None:
    partitions = hw.DynamicPartitionsDefinition(lambda _: ["a"])

    @hw.asset(partitions_def=partitions, automation_condition=hw.AutomationCondition.missing())
    def odd() -> None: ...

    @hw.asset(automation_condition=hw.AutomationCondition.missing())
    def even() -> None: ...

    bench = Bench(odd, even)
    bench.step(bench.service())
    (tick,) = bench.storage.schedules.ticks(AutomationId(HERE, NAME))
    assert tick.status is TickStatus.FAILURE
    assert "odd: Which partitions there are" in str(tick.message)
    (queued,) = bench.storage.runs.find()
    assert queued.dagster_run.asset_selection == [AssetKey("even")]


def test_an_own_cursor_begins_anew() -> None:
    bench = Bench(orders, report)
    bench.storage.schedules.set_cursor(AutomationId(HERE, NAME), "what a user wrote")
    bench.step(bench.service())
    assert bench.storage.schedules.ticks(AutomationId(HERE, NAME))[0].status is TickStatus.SKIPPED
