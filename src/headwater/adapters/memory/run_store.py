"""The run store in memory."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headwater.adapters.memory.history import History
from headwater.model.errors import DagsterRunAlreadyExists, DagsterRunNotFoundError
from headwater.model.filter import alternatives_of, seconds_of
from headwater.model.run import DagsterRun, RunRecord, RunsFilter


class MemoryRunStore:
    """The port :class:`headwater.ports.run_store.RunStore` in plain Python."""

    def __init__(self, history: History) -> None:
        self._history = history

    def add(self, run: DagsterRun) -> RunRecord:
        """Record a new run. Raises :class:`DagsterRunAlreadyExists` when its id is taken."""
        with self._history.current() as history:
            if run.run_id in history.runs:
                raise DagsterRunAlreadyExists(f'A run "{run.run_id}" is already recorded in memory.')
            history.runs_added += 1
            now = history.clock.now()
            record = RunRecord(storage_id=history.runs_added, dagster_run=run, created_at=now, updated_at=now)
            history.runs[run.run_id] = record
            return record

    def get(self, run_id: str) -> RunRecord | None:
        """The run of that id, if there is one."""
        with self._history.current() as history:
            return history.runs.get(run_id)

    def find(
        self,
        filter: RunsFilter | None = None,
        *,
        limit: int | None = None,
        before: str | None = None,
        ascending: bool = False,
    ) -> list[RunRecord]:
        """The runs that fit, newest first unless ``ascending``, going on from the run ``before``."""
        with self._history.current() as history:
            records = list(history.runs.values())
            if before is not None:
                number = self._record(before).storage_id
                records = [record for record in records if (record.storage_id > number) is ascending]
                records = [record for record in records if record.storage_id != number]
            if not ascending:
                records.reverse()
            return [record for record in records if filter is None or _fits(record, filter)][:limit]

    def count(self, filter: RunsFilter | None = None) -> int:
        """How many runs fit."""
        return len(self.find(filter))

    def add_tags(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Add or replace tags. Raises :class:`DagsterRunNotFoundError`."""
        with self._history.current() as history:
            record = self._record(run_id)
            run = msgspec.structs.replace(record.dagster_run, tags={**record.dagster_run.tags, **tags})
            history.runs[run_id] = msgspec.structs.replace(
                record, dagster_run=run, updated_at=history.clock.now()
            )

    def delete(self, run_id: str) -> None:
        """Remove a run with its events and step states; what is known of assets stays."""
        with self._history.current() as history:
            history.runs.pop(run_id, None)
            history.end_plans(run_id, 0, failed=False)
            history.steps.pop(run_id, None)
            kept = {number for asset in history.assets.values() for number in asset.numbers}
            history.forget(number for number in history.events_of_run.pop(run_id, []) if number not in kept)

    def _record(self, run_id: str) -> RunRecord:
        if run_id not in self._history.runs:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        return self._history.runs[run_id]


def _fits(record: RunRecord, filter: RunsFilter) -> bool:
    run = record.dagster_run
    return (
        (filter.run_ids is None or run.run_id in filter.run_ids)
        and (filter.job_name is None or run.job_name == filter.job_name)
        and (not filter.statuses or run.status in filter.statuses)
        and all(run.tags.get(name) in alternatives_of(wanted) for name, wanted in filter.tags.items())
        and (filter.updated_after is None or record.updated_at > seconds_of(filter.updated_after))
        and (filter.updated_before is None or record.updated_at < seconds_of(filter.updated_before))
        and (filter.created_after is None or record.created_at > seconds_of(filter.created_after))
        and (filter.created_before is None or record.created_at < seconds_of(filter.created_before))
        and filter.snapshot_id
        is None  # runs are recorded without a snapshot of their job, so none has this one
    )
