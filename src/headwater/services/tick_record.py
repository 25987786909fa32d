"""From the answer of the code host to the tick that is recorded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from headwater.model.event import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    AssetObservationData,
    Event,
    EventKind,
    StepMaterializationData,
)
from headwater.model.run_request import AssetEvent, DynamicPartitionsRequest, TickResult
from headwater.model.tick import Tick, TickAnswer, TickStatus
from headwater.ports.schedule_store import ScheduleStore
from headwater.services.evaluations import Evaluation
from headwater.services.queued_run import build_queued_run

_log = logging.getLogger(__name__)
ChangePartitions = Callable[[Sequence[DynamicPartitionsRequest]], None]


class TickRecorder:
    """Records ticks, with their runs. ``change_partitions`` adds and removes dynamic partitions."""

    def __init__(self, store: ScheduleStore, change_partitions: ChangePartitions) -> None:
        self._store = store
        self._change_partitions = change_partitions

    def record(self, evaluation: Evaluation, answer: TickAnswer, *, job_name: str, now: float) -> Tick | None:
        """The tick as it is recorded; None when its moment was taken by somebody else."""
        result = answer.result or TickResult()
        if result.dynamic_partitions_requests:
            self._change_partitions(result.dynamic_partitions_requests)  # before the runs that may need them
        location = evaluation.request.automation.location
        runs = [build_queued_run(each, location=location, job_name=job_name) for each in result.run_requests]
        tick = self._store.record_tick(
            _tick(evaluation, answer, result, now),
            runs,
            cursor=result.cursor,
            events=[_event(each) for each in result.asset_events],
        )
        if tick is not None and tick.status is TickStatus.FAILURE:
            _log.warning("%s failed: %s", tick.automation, tick.message)
        return tick


def _tick(evaluation: Evaluation, answer: TickAnswer, result: TickResult, now: float) -> Tick:
    status, message = TickStatus.SKIPPED, result.skip_message
    if answer.error is not None:
        status, message = TickStatus.FAILURE, answer.error.message
    elif result.failures:
        status, message = TickStatus.FAILURE, "; ".join(result.failures)
    elif result.run_requests:
        status = TickStatus.SUCCESS
    request = evaluation.request
    return Tick(
        automation=request.automation,
        kind=request.kind,
        due_at=request.due_at,
        started_at=evaluation.started_at,
        ended_at=now,
        status=status,
        message=message,
        error=answer.error,
        attempts=evaluation.attempts,
    )


def _event(given: AssetEvent) -> Event:
    if isinstance(given, AssetMaterialization):
        data = StepMaterializationData(materialization=given)
        return Event(kind=EventKind.ASSET_MATERIALIZATION, run_id="", data=data)
    if isinstance(given, AssetObservation):
        observed = AssetObservationData(asset_observation=given)
        return Event(kind=EventKind.ASSET_OBSERVATION, run_id="", data=observed)
    assert isinstance(given, AssetCheckEvaluation)
    return Event(kind=EventKind.ASSET_CHECK_EVALUATION, run_id="", data=given)
