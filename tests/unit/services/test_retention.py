"""What is old is forgotten, and nothing else; a run that takes too long is cancelled."""

from __future__ import annotations

from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.backfill import Backfill, BackfillRequest, BackfillStatus
from headwater.model.event import AssetMaterialization, Event, EventKind, StepMaterializationData
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun, DagsterRunStatus
from headwater.services.retention import Retention, RetentionLimits
from headwater.services.run_monitor import RunMonitor
from tests.contracts.turned_clock import TurnedClock

DAY = 86_400.0


def add_run(storage: MemoryStorage, run_id: str, *kinds: EventKind, **tags: str) -> None:
    named = {name.replace("__", "/"): value for name, value in tags.items()}
    storage.runs.add(DagsterRun(run_id=run_id, job_name="j", tags=named))
    made = StepMaterializationData(materialization=AssetMaterialization("numbers"))
    storage.event_log.append(
        [Event(kind=EventKind.ASSET_MATERIALIZATION, run_id=run_id, step_key="numbers", data=made)]
    )
    storage.event_log.append([Event(kind=kind, run_id=run_id, timestamp=0.0) for kind in kinds])


def test_old_runs_go_and_what_is_known_of_assets_stays() -> None:
    clock = TurnedClock(0.0)
    storage = MemoryStorage(clock)
    for number in range(25):
        add_run(storage, f"old{number}", EventKind.RUN_START, EventKind.RUN_SUCCESS)
    add_run(storage, "at work", EventKind.RUN_START)
    clock.at = 20 * DAY
    storage.runs.add(DagsterRun(run_id="new", job_name="j", status=DagsterRunStatus.SUCCESS))
    retention = Retention(
        runs=storage.runs,
        schedules=storage.schedules,
        clock=clock,
        delete_run=storage.runs.delete,
        limits=RetentionLimits(runs_days=10),
    )
    assert retention.step() == clock.now() + 1.0  # there is more
    assert retention.step() > clock.now() + 60
    assert {each.dagster_run.run_id for each in storage.runs.find()} == {"at work", "new"}
    assert storage.event_log.latest_materialization(AssetKey("numbers")) is not None


def test_old_backfills_go_and_open_ones_stay() -> None:
    clock = TurnedClock(0.0)
    storage = MemoryStorage(clock)
    for name in ("old", "open"):
        storage.backfills.add(
            Backfill(backfill_id=name, request=BackfillRequest(), layers=[], created_at=0.0), []
        )
    storage.backfills.set_status("old", BackfillStatus.SUCCESS, where=list(BackfillStatus), ended_at=DAY)
    clock.at = 20 * DAY
    Retention(
        runs=storage.runs,
        schedules=storage.schedules,
        clock=clock,
        delete_run=storage.runs.delete,
        limits=RetentionLimits(runs_days=10),
        backfills=storage.backfills,
    ).step()
    assert [each.backfill_id for each in storage.backfills.find()] == ["open"]


def test_a_run_that_takes_too_long_is_cancelled() -> None:
    clock = TurnedClock(0.0)
    storage = MemoryStorage(clock)
    add_run(storage, "slow", EventKind.RUN_START, dagster__max_runtime="60")
    add_run(storage, "free", EventKind.RUN_START)
    cancelled: list[str] = []
    monitor = RunMonitor(runs=storage.runs, clock=clock, reconcile=list, cancel=cancelled.append)
    clock.at = 59
    monitor.step()
    assert cancelled == []
    clock.at = 61
    monitor.step()
    assert cancelled == ["slow"]
