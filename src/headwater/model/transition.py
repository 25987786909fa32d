"""What an event changes: the status of its run and the state of its step. Pure, so that every store agrees.

A store keeps the state beside the events; it asks here what an event makes of the state that was. Which asset
an event is about, and for which partition, the event says itself.
"""

from __future__ import annotations

import msgspec

from headwater.model.event import Event, EventKind, StepFailureData
from headwater.model.run import FINISHED_STATUSES, RunStatus, StepState, StepStatus

RUN_STATUS_AFTER = {
    EventKind.RUN_ENQUEUED.value: RunStatus.QUEUED,
    EventKind.RUN_STARTING.value: RunStatus.STARTING,
    EventKind.RUN_START.value: RunStatus.STARTED,
    EventKind.RUN_CANCELING.value: RunStatus.CANCELING,
    EventKind.RUN_SUCCESS.value: RunStatus.SUCCESS,
    EventKind.RUN_FAILURE.value: RunStatus.FAILURE,
    EventKind.RUN_CANCELED.value: RunStatus.CANCELED,
}
"""The status which each kind of event asks for, by the stored value (a string hashes faster than an enum)."""

STEP_STATUS_AFTER = {
    EventKind.STEP_START.value: StepStatus.STARTED,
    EventKind.STEP_RESTARTED.value: StepStatus.STARTED,
    EventKind.STEP_UP_FOR_RETRY.value: StepStatus.RETRYING,
    EventKind.STEP_SUCCESS.value: StepStatus.SUCCESS,
    EventKind.STEP_FAILURE.value: StepStatus.FAILURE,
    EventKind.STEP_SKIPPED.value: StepStatus.SKIPPED,
}
"""The status of a step after each kind of event, keyed like :data:`RUN_STATUS_AFTER`.

A failure by an interruption is a cancellation.
"""

OPEN_STEP_STATUSES = frozenset({StepStatus.STARTED, StepStatus.RETRYING})
"""A step in one of these is still at work."""

_STEP_STATUS_OF_ENDED_RUN = {
    RunStatus.FAILURE: StepStatus.FAILURE,
    RunStatus.CANCELED: StepStatus.CANCELED,
}


class RunProgress(msgspec.Struct, frozen=True):
    """How far a run has come. Times in seconds since the epoch."""

    status: RunStatus = RunStatus.NOT_STARTED
    started_at: float | None = None
    ended_at: float | None = None


def run_progress_after(progress: RunProgress, event: Event) -> RunProgress:
    """The progress of a run after one of its events.

    A finished run stays as it is, and a run that is being cancelled only ends: an event that comes late, from
    a process which did not hear of it, does not bring it back.

    >>> start = Event(kind=EventKind.RUN_START, run_id="r")
    >>> run_progress_after(RunProgress(), start).status.value
    'STARTED'
    """
    status = RUN_STATUS_AFTER.get(event.kind.value)
    if status is None or progress.status in FINISHED_STATUSES:
        return progress
    ends = status in FINISHED_STATUSES
    if progress.status is RunStatus.CANCELING and not ends:
        return progress
    starts = status is RunStatus.STARTED and progress.started_at is None
    return RunProgress(
        status=status,
        started_at=event.timestamp if starts else progress.started_at,
        ended_at=event.timestamp if ends else None,
    )


def step_state_after(state: StepState | None, event: Event) -> StepState | None:
    """The state of a step after one of its events; ``state`` is None when nothing is known of the step yet.

    ``attempts`` counts how often the step began, ``started_at`` is when it first did.

    >>> start = Event(kind=EventKind.STEP_START, run_id="r", step_key="s")
    >>> step_state_after(None, start).attempts
    1
    """
    status = STEP_STATUS_AFTER.get(event.kind.value)
    if status is None or event.step_key is None:
        return state
    if status is StepStatus.FAILURE and is_interruption(event):
        status = StepStatus.CANCELED
    begins = status is StepStatus.STARTED
    if state is None:
        return StepState(
            step_key=event.step_key,
            status=status,
            attempts=0 if status is StepStatus.SKIPPED else 1,
            started_at=event.timestamp if begins else None,
            ended_at=None if status in OPEN_STEP_STATUSES else event.timestamp,
        )
    return StepState(
        step_key=state.step_key,
        status=status,
        attempts=state.attempts + begins,
        started_at=event.timestamp if begins and state.started_at is None else state.started_at,
        ended_at=None if status in OPEN_STEP_STATUSES else event.timestamp,
    )


def is_interruption(event: Event) -> bool:
    """Whether a step ended because somebody cancelled its run."""
    return isinstance(event.data, StepFailureData) and event.data.error_source == "INTERRUPT"


def open_step_status_after(status: RunStatus) -> StepStatus | None:
    """What becomes of steps still at work when their run ends so: no step outlives a failed or cancelled run.

    None: they stay as they are.
    """
    return _STEP_STATUS_OF_ENDED_RUN.get(status)
