"""Carry out a run that is recorded and waits in the queue."""

from __future__ import annotations

import logging

from headwater.hosting.code_location import CodeLocation
from headwater.hosting.job_origin import build_origin
from headwater.instance.execute_job import execute_loaded_job
from headwater.instance.instance import DagsterInstance
from headwater.instance.reexecution import ReexecutionOptions
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterRunAlreadyExists, RunAtWorkError
from headwater.model.event import Event, EventKind, RunFailureData
from headwater.model.partition import PARTITION_TAG
from headwater.model.run import DagsterRun, DagsterRunStatus

RESUME_TAG = "dagster/is_resume_retry"


def execute_queued_run(location: CodeLocation, instance: DagsterInstance, run_id: str) -> None:
    """Execute the run, if it is queued still. What keeps it from beginning is recorded as its failure."""
    run = instance.get_run_by_id(run_id)
    if run is None or run.status is not DagsterRunStatus.QUEUED:
        return  # somebody has cancelled it, or another process was quicker
    try:
        _execute(location, instance, run)
    except (DagsterRunAlreadyExists, RunAtWorkError):
        return  # the same, a moment later
    except Exception as error:
        now = instance.get_run_by_id(run_id)
        if now is None or now.status is not DagsterRunStatus.QUEUED:
            raise
        instance.write_events([_failure(run, error)])


def _execute(location: CodeLocation, instance: DagsterInstance, run: DagsterRun) -> None:
    repository = location.repository
    job = repository.get_job(run.job_name)
    again = None
    if run.parent_run_id is not None and run.tags.get(RESUME_TAG) == "true":
        again = ReexecutionOptions.from_failure(run.parent_run_id, instance)
    elif run.parent_run_id is not None and run.step_keys_to_execute:
        again = ReexecutionOptions(run.parent_run_id, step_selection=run.step_keys_to_execute)
    execute_loaded_job(
        job,
        instance,
        origin=build_origin(location.target, job),
        run_config=run.run_config or None,
        tags=run.tags,
        op_selection=run.op_selection,
        asset_selection=run.asset_selection,
        partition_key=run.tags.get(PARTITION_TAG),
        reexecution_options=again,
        run_id=run.run_id,
        console=False,
        location=run.location,
        queued=True,
    )


def _failure(run: DagsterRun, error: Exception) -> Event:
    info = build_error_info(error)
    return Event(
        kind=EventKind.RUN_FAILURE,
        run_id=run.run_id,
        job_name=run.job_name,
        message=f'The run for "{run.job_name}" could not begin. {info.cls_name}: {info.message}',
        level=logging.ERROR,
        data=RunFailureData(error=info, failure_reason="RUN_EXCEPTION"),
    )
