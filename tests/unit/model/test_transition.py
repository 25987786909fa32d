"""What an event makes of the state that was."""

from __future__ import annotations

import pytest

from headwater.model.event import Event, EventKind, StepFailureData
from headwater.model.run import FINISHED_STATUSES, RunStatus, StepState, StepStatus
from headwater.model.transition import (
    RUN_STATUS_AFTER,
    RunProgress,
    open_step_status_after,
    run_progress_after,
    step_state_after,
)


def event(kind: EventKind, at: float = 1.0, step: str | None = "s") -> Event:
    return Event(kind=kind, run_id="r", timestamp=at, step_key=step)


@pytest.mark.parametrize("finished", FINISHED_STATUSES, ids=lambda status: status.value)
@pytest.mark.parametrize("kind", RUN_STATUS_AFTER)
def test_a_finished_run_never_goes_back(finished: RunStatus, kind: str) -> None:
    progress = RunProgress(status=finished, started_at=1.0, ended_at=2.0)
    assert run_progress_after(progress, event(EventKind(kind), at=9.0)) is progress


def test_a_run_begins_once_and_ends_once() -> None:
    progress = run_progress_after(RunProgress(), event(EventKind.RUN_START, at=1.0))
    progress = run_progress_after(progress, event(EventKind.RUN_START, at=2.0))
    assert progress == RunProgress(status=RunStatus.STARTED, started_at=1.0)
    progress = run_progress_after(progress, event(EventKind.RUN_FAILURE, at=3.0))
    assert progress == RunProgress(status=RunStatus.FAILURE, started_at=1.0, ended_at=3.0)


def test_an_event_about_something_else_changes_nothing() -> None:
    progress = RunProgress(status=RunStatus.STARTED, started_at=1.0)
    assert run_progress_after(progress, event(EventKind.STEP_FAILURE)) is progress
    state = StepState(step_key="s", status=StepStatus.STARTED)
    assert step_state_after(state, event(EventKind.STEP_OUTPUT)) is state
    assert step_state_after(None, event(EventKind.RUN_START)) is None
    assert step_state_after(None, event(EventKind.STEP_START, step=None)) is None


def test_a_step_that_begins_again_counts_another_attempt() -> None:
    """As it does when a run is resumed after its process died."""
    state = step_state_after(None, event(EventKind.STEP_START, at=1.0))
    state = step_state_after(state, event(EventKind.STEP_START, at=5.0))
    assert state == StepState(step_key="s", status=StepStatus.STARTED, attempts=2, started_at=1.0)


def test_an_interrupted_step_is_cancelled() -> None:
    ended = Event(
        kind=EventKind.STEP_FAILURE,
        run_id="r",
        timestamp=3.0,
        step_key="s",
        data=StepFailureData(error_source="INTERRUPT"),
    )
    state = step_state_after(StepState(step_key="s", status=StepStatus.STARTED), ended)
    assert state == StepState(step_key="s", status=StepStatus.CANCELED, ended_at=3.0)


def test_a_success_may_leave_open_steps_alone() -> None:
    assert open_step_status_after(RunStatus.SUCCESS) is None
    assert open_step_status_after(RunStatus.CANCELED) is StepStatus.CANCELED
