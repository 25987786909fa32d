"""Sensors over virtual time: intervals, cursors, run keys, and one that hangs."""

from __future__ import annotations

from headwater.model.event import AssetMaterialization
from headwater.model.key import AssetKey
from headwater.model.manifest import SensorNode
from headwater.model.run_request import AddDynamicPartitionsRequest, TickResult
from headwater.model.tick import AutomationId, TickStatus
from tests.unit.services.told_host import HERE, Bench, wants

FILES = SensorNode(name="files", job_names=["load"], minimum_interval_seconds=30, default_status="RUNNING")
SLOW = SensorNode(name="slow", job_names=["load"], minimum_interval_seconds=30, default_status="RUNNING")
OFF = SensorNode(name="off", job_names=["load"])
ID = AutomationId(HERE, "files")


def test_a_sensor_is_evaluated_in_its_interval() -> None:
    bench = Bench(sensors=[FILES, OFF], result=TickResult(skip_message="nothing"), at=1000.0)
    bench.run_until(bench.sensor_service(), 1000.0 + 300)
    assert [each.due_at for each in bench.host.asked] == [1000.0 + 30 * number for number in range(11)]
    assert {each.automation.name for each in bench.host.asked} == {"files"}


def test_the_cursor_and_the_last_run_key_come_back() -> None:
    bench = Bench(sensors=[FILES])
    service = bench.sensor_service()
    service.step()
    bench.host.answer(TickResult(run_requests=wants("a.csv").run_requests, cursor="1"))
    service.step()
    bench.clock.sleep(30)
    bench.sensor_service().step()  # another process: nothing is kept in memory
    assert (bench.host.asked[-1].cursor, bench.host.asked[-1].last_run_key) == ("1", "a.csv")


def test_a_run_key_is_launched_once() -> None:
    bench = Bench(sensors=[FILES], result=wants("a.csv", "b.csv"))
    bench.run_until(bench.sensor_service(), 90)
    assert bench.storage.runs.count() == 2
    newest = bench.storage.schedules.ticks(ID)[0]
    assert (newest.run_ids, len(newest.known_run_ids)) == ([], 2)


def test_one_that_hangs_delays_nobody() -> None:
    bench = Bench(sensors=[SLOW, FILES])
    service = bench.sensor_service()
    service.step()
    bench.host.waiting.pop(0)  # and nobody ever answers it
    for _ in range(5):
        bench.host.answer(TickResult(skip_message="nothing"))
        service.step()
        bench.clock.sleep(30)
        service.step()
    assert [each.automation.name for each in bench.host.asked].count("slow") == 1
    assert len(bench.storage.schedules.ticks(ID)) == 5


def test_a_failure_keeps_the_cursor() -> None:
    bench = Bench(sensors=[FILES])
    service = bench.sensor_service()
    service.step()
    bench.host.answer(TickResult(cursor="1"))
    service.step()
    bench.clock.sleep(30)
    service.step()
    bench.host.fail("It took longer than 60 s.")
    service.step()
    tick = bench.storage.schedules.ticks(ID)[0]
    assert (tick.status, tick.message) == (TickStatus.FAILURE, "It took longer than 60 s.")
    state = bench.storage.schedules.state(ID)
    assert state is not None
    assert state.cursor == "1"


def test_failures_with_single_runs_are_told() -> None:
    bench = Bench(sensors=[FILES], result=TickResult(cursor="7", failures=["For run r: broken"]))
    bench.run_until(bench.sensor_service(), 1)
    (tick,) = bench.storage.schedules.ticks(ID)
    assert (tick.status, tick.message) == (TickStatus.FAILURE, "For run r: broken")


def test_partitions_and_asset_events_are_recorded() -> None:
    added = AddDynamicPartitionsRequest("customers", ["acme"])
    result = TickResult(dynamic_partitions_requests=[added], asset_events=[AssetMaterialization("outside")])
    bench = Bench(sensors=[FILES], result=result)
    bench.run_until(bench.sensor_service(), 1)
    assert bench.partitions == [added]
    assert bench.storage.event_log.latest_materialization(AssetKey("outside")) is not None
