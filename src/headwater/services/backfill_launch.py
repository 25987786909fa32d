"""Plan a backfill from what is recorded, and record it: from then on :class:`BackfillService` carries it out."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from headwater.model.backfill import Backfill, BackfillRequest, PartitionChoice
from headwater.model.errors import DagsterInvalidSubsetError
from headwater.model.key import AssetKey
from headwater.model.manifest import JobNode, Manifest
from headwater.model.partition import PARTITION_TAG
from headwater.model.partition_status import AssetPartitionStatus
from headwater.model.run import DagsterRunStatus, RunsFilter
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.backfill_plan import BackfillPlan, build_backfill_plan, build_job_plan
from headwater.planning.backfill_target import PartitionRecord
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.partition_graph import PartitionGraph
from headwater.ports.storage import Storage
from headwater.services.known_partitions import KnownPartitions


class BackfillLauncher:
    """Plans and records backfills of the assets and jobs in ``manifest``."""

    def __init__(self, storage: Storage, manifest: Manifest, graph: AssetGraph | None = None) -> None:
        self._storage = storage
        self._manifest = manifest
        self._graph = PartitionGraph(graph or AssetGraph(manifest.assets, manifest.checks))

    def plan(self, request: BackfillRequest, now: float) -> BackfillPlan:
        """What a backfill would do. Raises :class:`DagsterInvalidSubsetError` where that is nothing that can be done, and
        :class:`DagsterUnknownPartitionError` for keys that are not there."""
        moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
        with partition_loading_context(moment, KnownPartitions(self._storage.partitions)):
            if request.job_name is None:
                return build_backfill_plan(self._graph, request, self._records(request, request.assets))
            job = self._find_job(request.job_name)
            return build_job_plan(
                self._graph, job, request, self._records(request, job.assets), self._finished(request, job)
            )

    def launch(self, request: BackfillRequest, now: float, backfill_id: str | None = None) -> Backfill:
        """Record a backfill. One that has nothing to do is refused: :class:`DagsterInvalidSubsetError`.

        Raises :class:`BackfillAlreadyExists` where the id that is given is taken.
        """
        plan = self.plan(request, now)
        if not plan.parts:
            raise DagsterInvalidSubsetError(f"There is nothing to do: {_why_nothing(request.choice)}.")
        backfill = Backfill(
            backfill_id=backfill_id or new_backfill_id(),
            request=request,
            layers=plan.layers,
            created_at=now,
        )
        return self._storage.backfills.add(backfill, plan.parts)

    def _find_job(self, name: str) -> JobNode:
        for job in self._manifest.jobs:
            if job.name == name:
                return job
        names = ", ".join(job.name for job in self._manifest.jobs) or "none"
        raise DagsterInvalidSubsetError(f'There is no job "{name}" here. There are: {names}.')

    def _records(
        self, request: BackfillRequest, assets: list[AssetKey]
    ) -> Mapping[AssetKey, PartitionRecord]:
        """What of the history the request depends on."""
        if request.choice is PartitionChoice.ALL:
            return {}
        made = self._storage.event_log.latest_materializations(assets)
        return {key: self._record(request.choice, key, key in made) for key in assets}

    def _record(self, choice: PartitionChoice, key: AssetKey, is_made: bool) -> PartitionRecord:
        if choice is PartitionChoice.MISSING:
            return PartitionRecord(
                materialized=self._storage.event_log.materialized_partitions(key), is_made=is_made
            )
        failed = self._storage.partition_status.page(key, AssetPartitionStatus.FAILED)
        return PartitionRecord(failed=failed, is_made=is_made)

    def _finished(self, request: BackfillRequest, job: JobNode) -> PartitionRecord:
        """How the newest run of each partition of a job ended."""
        if request.choice is PartitionChoice.ALL or job.partitions is None:
            return PartitionRecord()
        newest: dict[str, DagsterRunStatus] = {}
        for record in self._storage.runs.find(RunsFilter(job_name=job.name), ascending=True):
            run = record.dagster_run
            if PARTITION_TAG in run.tags:
                newest[run.tags[PARTITION_TAG]] = run.status
        return PartitionRecord(
            materialized=[key for key, status in newest.items() if status is DagsterRunStatus.SUCCESS],
            failed=[key for key, status in newest.items() if status is DagsterRunStatus.FAILURE],
        )


def new_backfill_id() -> str:
    """An id that nobody has used: short enough to be typed."""
    return uuid.uuid4().hex[:8]


def _why_nothing(choice: PartitionChoice) -> str:
    if choice is PartitionChoice.MISSING:
        return "no partition that is selected is missing"
    if choice is PartitionChoice.FAILED:
        return "no partition that is selected has failed"
    return "no partition is selected"
