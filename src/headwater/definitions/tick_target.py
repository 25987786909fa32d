"""What a schedule or sensor runs: a job, a graph, a selection of assets; each becomes a job."""

from __future__ import annotations

from typing import Any

from headwater.definitions.asset_job import UnresolvedAssetJobDefinition, define_asset_job
from headwater.definitions.graph import GraphDefinition
from headwater.definitions.job import JobDefinition

ANONYMOUS_JOB_PREFIX = "__anonymous_asset_job_"


def resolve_target(target: Any, name: str) -> Any:
    """The job that ``target`` stands for; assets become a job of their own, named after ``name``."""
    if isinstance(target, GraphDefinition):
        return target.to_job()
    if isinstance(target, (JobDefinition, UnresolvedAssetJobDefinition)):
        return target
    if isinstance(target, (list, tuple)) and any(_is_job(each) for each in target):
        raise TypeError("several jobs are given as jobs=[...], one by one")
    selection = list(target) if isinstance(target, (list, tuple, set, frozenset)) else target
    return define_asset_job(f"{ANONYMOUS_JOB_PREFIX}{name}", selection=selection)


def _is_job(target: Any) -> bool:
    return isinstance(target, (GraphDefinition, JobDefinition, UnresolvedAssetJobDefinition))
