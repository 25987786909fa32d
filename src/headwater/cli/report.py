"""What a run has done, gathered from its events: while it runs, or afterwards from the history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from headwater.model.error_info import ErrorInfo
from headwater.model.event import (
    AssetCheckEvaluation,
    Event,
    EventKind,
    HandledOutputData,
    Metadata,
    StepSuccessData,
)
from headwater.model.metadata import PathMetadataValue, TextMetadataValue
from headwater.model.run import RunStatus, StepState, StepStatus
from headwater.model.transition import (
    OPEN_STEP_STATUSES,
    RunProgress,
    is_interruption,
    open_step_status_after,
    run_progress_after,
    step_state_after,
)

ROW_COUNTS = ("dagster/row_count", "dagster/partition_row_count")
PLACES = ("path", "dagster/table_name", "dagster/uri")


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a step made or looked at: an asset, or an output of an op (then ``asset`` is None)."""

    name: str
    step_key: str | None
    asset: str | None
    metadata: Metadata
    at: float
    partition: str | None = None
    observed: bool = False

    @property
    def place(self) -> str | None:
        """Where the value is, as the I/O manager said."""
        values = [self.metadata.get(label) for label in PLACES]
        return next(
            (
                str(each.value)
                for each in values
                if isinstance(each, PathMetadataValue | TextMetadataValue) and each.value
            ),
            None,
        )

    @property
    def rows(self) -> int | None:
        """How many rows it has, if it is counted in rows."""
        counts = [getattr(self.metadata.get(label), "value", None) for label in ROW_COUNTS]
        return next((each for each in counts if isinstance(each, int)), None)


class StepFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A failure of a step, or of the run itself (then ``step_key`` is None)."""

    step_key: str | None
    error: ErrorInfo


class RunReport:
    """What the events of one run say. Give them in their order; ask at any time."""

    def __init__(self) -> None:
        self.run_id = ""
        self.job_name = ""
        self.progress = RunProgress()
        self.steps: dict[str, StepState] = {}
        self.durations: dict[str, float] = {}
        self.stored: list[Stored] = []
        self.checks: list[AssetCheckEvaluation] = []
        self.failures: list[StepFailure] = []
        self.logs: list[Event] = []
        self._by_step: dict[str | None, list[Stored]] = {}

    @staticmethod
    def of(events: Iterable[Event]) -> RunReport:
        """The report of events that have been recorded."""
        report = RunReport()
        for event in events:
            report.add(event)
        return report

    def add(self, event: Event) -> None:
        """Take note of one event."""
        self.run_id = event.run_id
        self.job_name = event.job_name or self.job_name
        self.progress = run_progress_after(self.progress, event)
        if event.step_key is not None:
            state = step_state_after(self.steps.get(event.step_key), event)
            if state is not None:
                self.steps[event.step_key] = state
        if event.is_run_event and self.progress.ended_at is not None:
            self._end_open_steps(event.timestamp)
        note = _NOTES.get(event.kind)
        if note is not None:
            note(self, event)

    def _end_open_steps(self, ended_at: float) -> None:
        status = open_step_status_after(self.status)
        for key, state in self.steps.items() if status is not None else ():
            if status is not None and state.status in OPEN_STEP_STATUSES:
                self.steps[key] = msgspec.structs.replace(state, status=status, ended_at=ended_at)

    def _note_log(self, event: Event) -> None:
        self.logs.append(event)

    def _note_success(self, event: Event) -> None:
        if isinstance(event.data, StepSuccessData) and event.step_key is not None:
            self.durations[event.step_key] = event.data.duration_ms / 1000

    def _note_failure(self, event: Event) -> None:
        if event.error_info is not None and not is_interruption(event):
            self.failures.append(StepFailure(step_key=event.step_key, error=event.error_info))

    def _note_check(self, event: Event) -> None:
        self.checks.append(event.asset_check_evaluation_data)

    def _note_asset(self, event: Event) -> None:
        made = event.asset_materialization or event.asset_observation
        if made is None:
            return
        key = made.asset_key.to_user_string()
        self._store(
            Stored(
                name=f"{key}[{made.partition}]" if made.partition is not None else key,
                asset=key,
                step_key=event.step_key,
                metadata=made.metadata,
                at=event.timestamp,
                partition=made.partition,
                observed=event.asset_observation is not None,
            )
        )

    def _note_output(self, event: Event) -> None:
        """An output of an op that is no asset; an asset's own output has been noted as the asset."""
        if any(each.asset for each in self.stored_by(event.step_key)):
            return
        if isinstance(event.data, HandledOutputData) and event.data.metadata:
            self._store(
                Stored(
                    name=f"{event.step_key}.{event.data.output_name}",
                    asset=None,
                    step_key=event.step_key,
                    metadata=event.data.metadata,
                    at=event.timestamp,
                )
            )

    def _store(self, stored: Stored) -> None:
        self.stored.append(stored)
        self._by_step.setdefault(stored.step_key, []).append(stored)

    # -- asking -------------------------------------------------------------------------------------------------

    @property
    def status(self) -> RunStatus:
        """Where the run stands."""
        return self.progress.status

    @property
    def seconds(self) -> float | None:
        """How long the run took, once it has ended."""
        started, ended = self.progress.started_at, self.progress.ended_at
        return ended - started if started is not None and ended is not None else None

    def step_seconds(self, step_key: str | None) -> float | None:
        """How long a step took, once it has ended."""
        if step_key in self.durations:
            return self.durations[step_key or ""]
        state = self.steps.get(step_key or "")
        if state is None or state.started_at is None or state.ended_at is None:
            return None
        return state.ended_at - state.started_at

    def stored_by(self, step_key: str | None) -> Sequence[Stored]:
        """What a step has made so far."""
        return self._by_step.get(step_key, ())

    def steps_in(self, *statuses: StepStatus) -> list[StepState]:
        """The steps which are in one of these states, in the order in which they began."""
        return [each for each in self.steps.values() if each.status in statuses]


_NOTES = {
    EventKind.LOG: RunReport._note_log,
    EventKind.STEP_SUCCESS: RunReport._note_success,
    EventKind.STEP_FAILURE: RunReport._note_failure,
    EventKind.RUN_FAILURE: RunReport._note_failure,
    EventKind.HOOK_ERRORED: RunReport._note_failure,
    EventKind.ASSET_CHECK_EVALUATION: RunReport._note_check,
    EventKind.ASSET_MATERIALIZATION: RunReport._note_asset,
    EventKind.ASSET_OBSERVATION: RunReport._note_asset,
    EventKind.HANDLED_OUTPUT: RunReport._note_output,
}
