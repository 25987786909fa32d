"""What every schedule store does."""

from __future__ import annotations

import msgspec
import pytest

from headwater.model.event import AssetMaterialization, Event, EventKind, StepMaterializationData
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun, DagsterRunStatus
from headwater.model.tick import AutomationId, AutomationKind, AutomationState, Tick, TickStatus
from headwater.ports.schedule_store import RunToQueue
from headwater.ports.storage import Storage

NIGHTLY = AutomationId("here", "nightly")
FILES = AutomationId("here", "files")


def tick(
    automation: AutomationId = NIGHTLY,
    due_at: float = 60.0,
    status: TickStatus = TickStatus.SUCCESS,
    attempts: int = 1,
    ended_at: float | None = None,
) -> Tick:
    kind = AutomationKind.SCHEDULE if automation is NIGHTLY else AutomationKind.SENSOR
    return Tick(
        automation=automation,
        kind=kind,
        due_at=due_at,
        started_at=due_at,
        ended_at=due_at + 1 if ended_at is None else ended_at,
        status=status,
        attempts=attempts,
    )


def run(run_id: str) -> DagsterRun:
    return DagsterRun(run_id=run_id, job_name="report", status=DagsterRunStatus.QUEUED, tags={"a": "ü"})


def test_a_tick_queues_its_runs(storage: Storage) -> None:
    recorded = storage.schedules.record_tick(tick(), [RunToQueue("k", run("r1"))])
    assert recorded is not None
    assert recorded.run_ids == ["r1"]
    queued = storage.runs.get("r1")
    assert queued is not None
    assert (queued.dagster_run.status, queued.dagster_run.tags) == (DagsterRunStatus.QUEUED, {"a": "ü"})
    assert storage.schedules.ticks(NIGHTLY) == [recorded]


def test_a_user_sets_the_cursor(storage: Storage) -> None:
    storage.schedules.set_cursor(FILES, "7")
    storage.schedules.record_tick(tick(FILES), cursor="8")
    storage.schedules.set_cursor(FILES, "5 \udc80")
    state = storage.schedules.state(FILES)
    assert state is not None
    assert (state.cursor or "").startswith("5 ")
    assert state.last_ended_at == 61.0
    storage.schedules.set_cursor(FILES, None)
    assert storage.schedules.states()[FILES].cursor is None


def test_the_moment_of_a_schedule_is_taken_once(storage: Storage) -> None:
    assert storage.schedules.record_tick(tick(), [RunToQueue("k", run("r1"))]) is not None
    assert storage.schedules.record_tick(tick(), [RunToQueue("other", run("r2"))]) is None
    assert storage.runs.count() == 1
    assert len(storage.schedules.ticks(NIGHTLY)) == 1


def test_a_failed_moment_may_be_tried_again(storage: Storage) -> None:
    assert storage.schedules.record_tick(tick(status=TickStatus.FAILURE)) is not None
    assert storage.schedules.record_tick(tick(status=TickStatus.FAILURE)) is None  # the same attempt, twice
    again = storage.schedules.record_tick(tick(attempts=2), [RunToQueue("k", run("r1"))])
    assert again is not None
    assert [each.status for each in storage.schedules.ticks(NIGHTLY)] == [TickStatus.SUCCESS]
    assert storage.schedules.record_tick(tick(attempts=3)) is None


def test_a_sensor_may_tick_at_the_same_moment(storage: Storage) -> None:
    for _ in range(2):
        assert storage.schedules.record_tick(tick(FILES)) is not None
    assert len(storage.schedules.ticks(FILES)) == 2


def test_a_run_key_launches_once(storage: Storage) -> None:
    storage.schedules.record_tick(tick(FILES, 1), [RunToQueue("a.csv", run("r1"))])
    second = storage.schedules.record_tick(
        tick(FILES, 2), [RunToQueue("a.csv", run("r2")), RunToQueue("b.csv", run("r3"))]
    )
    assert second is not None
    assert (second.run_ids, second.known_run_ids) == (["r3"], ["r1"])
    assert storage.runs.get("r2") is None
    # another sensor's key is another key
    other = storage.schedules.record_tick(tick(NIGHTLY), [RunToQueue("a.csv", run("r4"))])
    assert other is not None
    assert other.run_ids == ["r4"]


def test_a_run_key_outlives_ticks_and_runs(storage: Storage) -> None:
    storage.schedules.record_tick(tick(FILES, 1), [RunToQueue("a.csv", run("r1"))])
    storage.schedules.prune_ticks(1e9, list(TickStatus))
    storage.runs.delete("r1")
    again = storage.schedules.record_tick(tick(FILES, 2), [RunToQueue("a.csv", run("r2"))])
    assert again is not None
    assert (again.run_ids, again.known_run_ids) == ([], ["r1"])


def test_a_tick_sets_cursor_and_last_times(storage: Storage) -> None:
    storage.schedules.record_tick(tick(FILES, 5), [RunToQueue("k", run("r"))], cursor="c1")
    storage.schedules.record_tick(tick(FILES, 9))
    state = storage.schedules.state(FILES)
    assert state == AutomationState(
        automation=FILES, cursor="c1", last_due_at=9, last_ended_at=10, last_run_key="k"
    )
    assert storage.schedules.states() == {FILES: state}


def test_switching_leaves_what_ticks_have_said(storage: Storage) -> None:
    storage.schedules.record_tick(tick(FILES, 5), cursor="c1")
    stale = AutomationState(automation=FILES, switched=True, since=7.0, definition="x", cursor="old")
    storage.schedules.save_state(stale)
    state = storage.schedules.state(FILES)
    assert state == msgspec.structs.replace(stale, cursor="c1", last_due_at=5, last_ended_at=6)


def test_asset_events_of_a_tick_are_recorded(storage: Storage) -> None:
    made = Event(
        kind=EventKind.ASSET_MATERIALIZATION,
        run_id="",
        data=StepMaterializationData(materialization=AssetMaterialization("outside")),
    )
    storage.schedules.record_tick(tick(FILES), events=[made])
    assert storage.event_log.latest_materialization(AssetKey("outside")) is not None


def test_a_refused_tick_changes_nothing(storage: Storage) -> None:
    storage.schedules.record_tick(tick(), cursor="c1")
    storage.schedules.record_tick(tick(), cursor="c2")
    state = storage.schedules.state(NIGHTLY)
    assert state is not None
    assert state.cursor == "c1"


def test_ticks_are_listed_newest_first_page_by_page(storage: Storage) -> None:
    for number in range(5):
        status = TickStatus.SKIPPED if number % 2 else TickStatus.SUCCESS
        storage.schedules.record_tick(tick(FILES, number, status))
    page = storage.schedules.ticks(FILES, limit=2)
    assert [each.due_at for each in page] == [4, 3]
    rest = storage.schedules.ticks(FILES, before=page[-1].number)
    assert [each.due_at for each in rest] == [2, 1, 0]
    skipped = storage.schedules.ticks(FILES, statuses=[TickStatus.SKIPPED])
    assert [each.due_at for each in skipped] == [3, 1]
    assert storage.schedules.ticks(NIGHTLY) == []


def test_old_ticks_are_removed(storage: Storage) -> None:
    for number in range(4):
        storage.schedules.record_tick(tick(FILES, number, TickStatus.SKIPPED))
    storage.schedules.record_tick(tick(FILES, 0, TickStatus.FAILURE, ended_at=0.5))
    assert storage.schedules.prune_ticks(4, [TickStatus.SKIPPED], limit=2) == 2
    assert storage.schedules.prune_ticks(4, [TickStatus.SKIPPED]) == 1
    left = [(each.due_at, each.status) for each in storage.schedules.ticks(FILES)]
    assert left == [(0, TickStatus.FAILURE), (3, TickStatus.SKIPPED)]


@pytest.mark.parametrize("text", ["täglich 🌊", "lone \ud800", "quote'\""])
def test_any_text_is_kept_or_made_printable(storage: Storage, text: str) -> None:
    recorded = storage.schedules.record_tick(tick(FILES), [RunToQueue(text, run("r"))], cursor=text)
    assert recorded is not None
    state = storage.schedules.state(FILES)
    assert state is not None
    assert state.cursor is not None


def test_runs_without_a_key_are_all_queued(storage: Storage) -> None:
    storage.schedules.record_tick(tick(FILES, 1), [RunToQueue("k", run("r0"))])
    recorded = storage.schedules.record_tick(
        tick(FILES, 2), [RunToQueue(None, run("r1")), RunToQueue(None, run("r2"))]
    )
    assert recorded is not None
    assert recorded.run_ids == ["r1", "r2"]
    state = storage.schedules.state(FILES)
    assert state is not None
    assert state.last_run_key == "k"
