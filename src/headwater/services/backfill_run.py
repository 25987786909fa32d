"""From a part of a backfill to a run in the queue."""

from __future__ import annotations

from headwater.model.backfill import BACKFILL_TAG, Backfill, BackfillPart
from headwater.model.event import new_run_id
from headwater.model.partition import PARTITION_TAG, RANGE_END_TAG, RANGE_START_TAG
from headwater.model.run import GLOBAL_ASSET_JOB, DagsterRun, DagsterRunStatus


def build_part_run(backfill: Backfill, part: BackfillPart) -> DagsterRun:
    """The run that makes a part."""
    request = backfill.request
    whole_job = request.job_name is not None and len(backfill.layers) == 1
    return DagsterRun(
        run_id=new_run_id(),
        job_name=request.job_name or GLOBAL_ASSET_JOB,
        run_config=request.run_config,
        tags={**request.tags, **_partition_tags(part), BACKFILL_TAG: backfill.backfill_id},
        status=DagsterRunStatus.QUEUED,
        asset_selection=None if whole_job else backfill.layers[part.layer].assets,
        location=request.location,
    )


def _partition_tags(part: BackfillPart) -> dict[str, str]:
    if part.start is None or part.end is None:
        return {}
    if part.start == part.end:
        return {PARTITION_TAG: part.start}
    return {RANGE_START_TAG: part.start, RANGE_END_TAG: part.end}
