"""The state tables: what each event of a batch makes of them, in the transaction that appends the batch."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.adapters.sql.database import Transaction
from headwater.adapters.sql.event_row import key_text
from headwater.adapters.sql.partition_status import PartitionChange
from headwater.adapters.sql.statements import load_statements
from headwater.model.event import Event, EventKind
from headwater.model.run import FINISHED_STATUSES, RunStatus, StepState, StepStatus
from headwater.model.transition import (
    RUN_STATUS_AFTER,
    STEP_STATUS_AFTER,
    RunProgress,
    open_step_status_after,
    run_progress_after,
    step_state_after,
)

_EVENTS = load_statements("events")
_RUNS = load_statements("runs")
_ASSETS = load_statements("assets")
_OBSERVATION = EventKind.ASSET_OBSERVATION.value
_PLAN = EventKind.ASSET_MATERIALIZATION_PLANNED.value
_ABOUT_ASSETS = frozenset({EventKind.ASSET_MATERIALIZATION.value, _OBSERVATION, _PLAN})


class StateChange:
    """What one batch of events changes. Steps are gathered and written once each; all else is rare."""

    def __init__(self, db: Transaction, now: float) -> None:
        self._db = db
        self._now = now
        self._steps: dict[tuple[str, str], tuple[StepState, int]] = {}
        self._partitions = PartitionChange(db)

    def write(self, events: Sequence[Event], first_number: int) -> None:
        """Bring the tables to where ``events`` leave them."""
        for number, event in enumerate(events, first_number):
            kind = event.kind._value_
            if kind in STEP_STATUS_AFTER:
                self._change_step(event, number)
            elif kind in RUN_STATUS_AFTER:
                self._change_run(event, number)
            elif kind in _ABOUT_ASSETS:
                self._change_asset(event, number, kind)
        self._save_steps()
        self._partitions.save()

    def _change_step(self, event: Event, number: int) -> None:
        if event.step_key is None:
            return
        place = (event.run_id, event.step_key)
        state, first_number = self._steps.get(place) or self._stored_step(place, number)
        if changed := step_state_after(state, event):
            self._steps[place] = changed, first_number

    def _stored_step(self, place: tuple[str, str], number: int) -> tuple[StepState | None, int]:
        row = self._db.execute(_EVENTS["step_state"], place).fetchone()
        return (build_step_state(row), row[5]) if row else (None, number)

    def _save_steps(self) -> None:
        if self._steps:
            self._db.executemany(
                _EVENTS["save_step"],
                [
                    (*place, state.status._value_, state.attempts, state.started_at, state.ended_at, number)
                    for place, (state, number) in self._steps.items()
                ],
            )
            self._steps.clear()

    def _change_run(self, event: Event, number: int) -> None:
        row = self._db.execute(_RUNS["progress"], (event.run_id,)).fetchone()
        if row is None:  # an event about a run that this history does not know is kept, and changes nothing
            return
        before = RunProgress(RunStatus(row[0]), row[1], row[2])
        after = run_progress_after(before, event)
        if after is before:
            return
        self._db.execute(
            _RUNS["save_progress"],
            (after.status.value, after.started_at, after.ended_at, self._now, event.run_id),
        )
        if after.status not in FINISHED_STATUSES:
            return
        if row[3]:
            self._partitions.end_run(event.run_id, number, failed=after.status is RunStatus.FAILURE)
        if status := open_step_status_after(after.status):
            self._save_steps()
            self._db.execute(_EVENTS["end_open_steps"], (status.value, after.ended_at, event.run_id))

    def _change_asset(self, event: Event, number: int, kind: str) -> None:
        if (key := event.asset_key) is None:
            return
        text, partition = key_text(key), event.partition
        if kind == _PLAN:
            if partition is not None:
                self._partitions.begin(text, partition, event.run_id, number)
            return
        if kind == _OBSERVATION:
            self._db.execute(_ASSETS["save_observation"], (text, number))
            return
        self._db.execute(_ASSETS["save_materialization"], (text, number))
        if partition is not None:
            self._partitions.finish(text, partition, number)


def build_step_state(row: Sequence[object]) -> StepState:
    """The state in a row of ``step_state`` or ``step_states``."""
    step_key, status, attempts, started_at, ended_at = row[:5]
    return StepState(
        step_key=step_key,  # type: ignore[arg-type]
        status=StepStatus(status),
        attempts=attempts,  # type: ignore[arg-type]
        started_at=started_at,  # type: ignore[arg-type]
        ended_at=ended_at,  # type: ignore[arg-type]
    )
