"""From what a tick asks for to a run in the queue."""

from __future__ import annotations

from headwater.model.event import new_run_id
from headwater.model.partition import PARTITION_TAG
from headwater.model.run import DagsterRun, DagsterRunStatus
from headwater.model.run_request import RunRequest
from headwater.ports.schedule_store import RunToQueue


def build_queued_run(request: RunRequest, *, location: str, job_name: str) -> RunToQueue:
    """The run that ``request`` asks for, of ``job_name`` if it names no job, under its key."""
    tags = dict(request.tags)
    if request.partition_key is not None:
        tags[PARTITION_TAG] = request.partition_key
    run = DagsterRun(
        run_id=new_run_id(),
        job_name=request.job_name or job_name,
        run_config=request.run_config,
        tags=tags,
        status=DagsterRunStatus.QUEUED,
        asset_selection=request.asset_selection,
        asset_check_selection=request.asset_check_keys,
        location=location,
    )
    return RunToQueue(request.run_key, run)
