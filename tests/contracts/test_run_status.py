"""The states of runs and steps follow from events, alike in every store."""

from __future__ import annotations

import pytest

from headwater.model.event import EventKind as Kind
from headwater.model.run import StepState, StepStatus
from headwater.ports.storage import Storage
from tests.contracts.story import add_run, event, status_of
from tests.contracts.turned_clock import TurnedClock


def step(storage: Storage, key: str = "s") -> StepState:
    (state,) = [state for state in storage.event_log.step_states("r1") if state.step_key == key]
    return state


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ([], "NOT_STARTED"),
        ([Kind.RUN_ENQUEUED], "QUEUED"),
        ([Kind.RUN_ENQUEUED, Kind.RUN_DEQUEUED], "QUEUED"),
        ([Kind.RUN_ENQUEUED, Kind.RUN_STARTING], "STARTING"),
        ([Kind.RUN_STARTING, Kind.RUN_START], "STARTED"),
        ([Kind.RUN_START, Kind.ENGINE_EVENT, Kind.LOG], "STARTED"),
        ([Kind.RUN_START, Kind.RUN_SUCCESS], "SUCCESS"),
        ([Kind.RUN_START, Kind.RUN_FAILURE], "FAILURE"),
        ([Kind.RUN_START, Kind.RUN_CANCELING], "CANCELING"),
        ([Kind.RUN_START, Kind.RUN_CANCELING, Kind.RUN_CANCELED], "CANCELED"),
        ([Kind.RUN_CANCELING, Kind.RUN_START], "CANCELING"),
        ([Kind.RUN_CANCELING, Kind.RUN_SUCCESS], "SUCCESS"),
        ([Kind.RUN_SUCCESS, Kind.RUN_START], "SUCCESS"),
        ([Kind.RUN_FAILURE, Kind.RUN_SUCCESS], "FAILURE"),
        ([Kind.RUN_CANCELED, Kind.RUN_FAILURE, Kind.RUN_ENQUEUED], "CANCELED"),
    ],
)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
def test_status_of_a_run(storage: Storage, kinds: list[Kind], status: str, together: bool) -> None:
    add_run(storage)
    events = [event(kind) for kind in kinds]
    for batch in [events] if together else [[one] for one in events]:
        storage.event_log.append(batch)
    assert status_of(storage) == status


def test_times_of_a_run(storage: Storage, clock: TurnedClock) -> None:
    add_run(storage)
    clock.at = 1_100.0
    storage.event_log.append([event(Kind.RUN_STARTING, at=10.0), event(Kind.RUN_START, at=11.0)])
    record = storage.runs.get("r1")
    assert record is not None
    assert (record.start_time, record.end_time) == (11.0, None)
    assert (record.created_at, record.updated_at) == (1_000.0, 1_100.0)
    clock.at = 1_200.0
    storage.event_log.append([event(Kind.LOG, at=12.0)])
    clock.at = 1_300.0
    storage.event_log.append([event(Kind.RUN_SUCCESS, at=13.0)])
    clock.at = 1_400.0
    storage.event_log.append([event(Kind.RUN_FAILURE, at=14.0)])
    record = storage.runs.get("r1")
    assert record is not None
    assert (record.start_time, record.end_time, record.updated_at) == (11.0, 13.0, 1_300.0)


def test_events_of_an_unknown_run_are_kept(storage: Storage) -> None:
    storage.event_log.append([event(Kind.RUN_START, "nobody"), event(Kind.STEP_START, "nobody", step="s")])
    assert len(storage.event_log.run_events("nobody")) == 2
    assert storage.runs.get("nobody") is None


def test_a_step_that_succeeds(storage: Storage) -> None:
    storage.event_log.append([event(Kind.STEP_START, step="s", at=1.0)])
    assert step(storage) == StepState(step_key="s", status=StepStatus.STARTED, attempts=1, started_at=1.0)
    storage.event_log.append([event(Kind.STEP_OUTPUT, step="s"), event(Kind.STEP_SUCCESS, step="s", at=3.0)])
    assert step(storage) == StepState(
        step_key="s", status=StepStatus.SUCCESS, attempts=1, started_at=1.0, ended_at=3.0
    )


def test_a_step_that_is_retried(storage: Storage) -> None:
    storage.event_log.append([event(Kind.STEP_START, step="s", at=1.0)])
    storage.event_log.append([event(Kind.STEP_UP_FOR_RETRY, step="s", at=2.0)])
    assert step(storage).status is StepStatus.RETRYING
    storage.event_log.append([event(Kind.STEP_RESTARTED, step="s", at=3.0)])
    assert (step(storage).status, step(storage).attempts) == (StepStatus.STARTED, 2)
    storage.event_log.append([event(Kind.STEP_FAILURE, step="s", at=4.0)])
    assert step(storage) == StepState(
        step_key="s", status=StepStatus.FAILURE, attempts=2, started_at=1.0, ended_at=4.0
    )


def test_a_step_that_is_skipped_was_never_attempted(storage: Storage) -> None:
    storage.event_log.append([event(Kind.STEP_SKIPPED, step="s", at=2.0)])
    assert step(storage) == StepState(step_key="s", status=StepStatus.SKIPPED, attempts=0, ended_at=2.0)


def test_steps_come_in_the_order_of_their_beginning(storage: Storage) -> None:
    for key in ("z", "a", "m"):
        storage.event_log.append([event(Kind.STEP_START, step=key)])
    storage.event_log.append([event(Kind.STEP_SUCCESS, step="a"), event(Kind.STEP_RESTARTED, step="z")])
    assert [state.step_key for state in storage.event_log.step_states("r1")] == ["z", "a", "m"]


def test_steps_of_different_runs_are_apart(storage: Storage) -> None:
    storage.event_log.append(
        [event(Kind.STEP_START, "r1", step="s"), event(Kind.STEP_SKIPPED, "r2", step="s")]
    )
    assert step(storage).status is StepStatus.STARTED
    assert [state.status for state in storage.event_log.step_states("r2")] == [StepStatus.SKIPPED]
    assert storage.event_log.step_states("r3") == []


@pytest.mark.parametrize(
    ("kind", "status"), [(Kind.RUN_FAILURE, StepStatus.FAILURE), (Kind.RUN_CANCELED, StepStatus.CANCELED)]
)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
def test_no_step_outlives_its_run(storage: Storage, kind: Kind, status: StepStatus, together: bool) -> None:
    add_run(storage)
    events = [
        event(Kind.STEP_START, step="done"),
        event(Kind.STEP_SUCCESS, step="done", at=6.0),
        event(Kind.STEP_START, step="open"),
        event(Kind.STEP_START, step="retrying"),
        event(Kind.STEP_UP_FOR_RETRY, step="retrying"),
        event(kind, at=9.0),
    ]
    for batch in [events] if together else [[one] for one in events]:
        storage.event_log.append(batch)
    states = {state.step_key: (state.status, state.ended_at) for state in storage.event_log.step_states("r1")}
    assert states == {"done": (StepStatus.SUCCESS, 6.0), "open": (status, 9.0), "retrying": (status, 9.0)}
