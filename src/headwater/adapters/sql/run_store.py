"""The run store in a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from headwater.adapters.sql.condition import Condition, page
from headwater.adapters.sql.database import Database, Transaction
from headwater.adapters.sql.dialect import Dialect
from headwater.adapters.sql.event_row import Row
from headwater.adapters.sql.partition_status import forget_run_of_partitions
from headwater.adapters.sql.printable import build_printable
from headwater.adapters.sql.statements import load_statements
from headwater.model.codec import decode, encode
from headwater.model.errors import DagsterRunAlreadyExists, DagsterRunNotFoundError
from headwater.model.filter import alternatives_of, seconds_of
from headwater.model.run import DagsterRun, RunRecord, RunsFilter, RunStatus
from headwater.ports.clock import Clock

_SQL = load_statements("runs")
_NEWEST_NUMBER = load_statements("events")["newest_number"]
_MOMENTS = {
    "updated_at > ?": "updated_after",
    "updated_at < ?": "updated_before",
    "created_at > ?": "created_after",
    "created_at < ?": "created_before",
}


class SqlRunStore:
    """The port :class:`headwater.ports.run_store.RunStore` over a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, run: DagsterRun) -> RunRecord:
        """Record a new run. Raises :class:`DagsterRunAlreadyExists` when its id is taken."""
        try:
            return self._add(run)
        except UnicodeEncodeError:
            return self._add(build_printable(run))

    def _add(self, run: DagsterRun) -> RunRecord:
        return self._database.write(lambda db: self.insert(db, run))

    def insert(self, db: Transaction, run: DagsterRun) -> RunRecord:
        """Record a new run within a transaction of the caller. Raises :class:`DagsterRunAlreadyExists`."""
        now = self._clock.now()
        if db.execute(_SQL["number"], (run.run_id,)).fetchone():
            raise DagsterRunAlreadyExists(
                f'A run "{run.run_id}" is already recorded in {self._database.location}.'
            )
        row = (run.run_id, run.job_name, run.status.value, now, now, _spec(run))
        db.execute(_SQL["add"], row)
        number = db.execute(_SQL["number"], (run.run_id,)).fetchone()[0]
        db.executemany(_SQL["add_tag"], [(name, value, run.run_id) for name, value in run.tags.items()])
        return RunRecord(storage_id=number, dagster_run=run, created_at=now, updated_at=now)

    def get(self, run_id: str) -> RunRecord | None:
        """The run of that id, if there is one."""
        records = self._records(Condition(self._database.dialect).add("run_id = ?", run_id), "")
        return records[0] if records else None

    def find(
        self,
        filter: RunsFilter | None = None,
        *,
        limit: int | None = None,
        before: str | None = None,
        ascending: bool = False,
    ) -> list[RunRecord]:
        """The runs that fit, newest first unless ``ascending``, going on from the run ``before``."""
        condition = _condition(self._database.dialect, filter)
        if before is not None:
            condition.add("number > ?" if ascending else "number < ?", self._number(before))
        # What changed lately is few: `+ 0` keeps SQLite from walking all runs to spare itself the sorting.
        order = "number" if filter is None or filter.updated_after is None else "number + 0"
        return self._records(condition, page(order, ascending, limit))

    def count(self, filter: RunsFilter | None = None) -> int:
        """How many runs fit."""
        condition = _condition(self._database.dialect, filter)
        count: int = self._database.rows(_SQL["count"] + condition.sql, condition.values)[0][0]
        return count

    def add_tags(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Add or replace tags. Raises :class:`DagsterRunNotFoundError`."""
        self._database.write(lambda db: self._add_tags(db, run_id, tags))

    def _add_tags(self, db: Transaction, run_id: str, tags: Mapping[str, str]) -> None:
        run = _stored_run(db, run_id)
        if run is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        replaced = [(name, run.tags[name], run_id) for name in tags if name in run.tags]
        db.executemany(_SQL["delete_tag"], replaced)
        db.executemany(_SQL["add_tag"], [(name, value, run_id) for name, value in tags.items()])
        changed = msgspec.structs.replace(run, tags={**run.tags, **tags})
        db.execute(_SQL["save_spec"], (_spec(changed), self._clock.now(), run_id))

    def delete(self, run_id: str) -> None:
        """Remove a run with its events and step states; what is known of assets stays."""
        self._database.write(lambda db: _delete(db, run_id))

    def _number(self, run_id: str) -> int:
        rows = self._database.rows(_SQL["number"], (run_id,))
        if not rows:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        number: int = rows[0][0]
        return number

    def _records(self, condition: Condition, ending: str) -> list[RunRecord]:
        rows = self._database.rows(_SQL["select"] + condition.sql + ending, condition.values)
        return [_record(row) for row in rows]


def _delete(db: Transaction, run_id: str) -> None:
    if run := _stored_run(db, run_id):
        db.executemany(_SQL["delete_tag"], [(name, value, run_id) for name, value in run.tags.items()])
    forget_run_of_partitions(db, run_id)
    newest = db.execute(_NEWEST_NUMBER).fetchone()[0]
    for name in ("detach_asset_events", "delete_events", "delete_steps", "delete"):
        db.execute(_SQL[name], (run_id,))
    if newest:
        db.execute(_SQL["forget_deleted_numbers"])
        db.execute(_SQL["remember_deleted_number"], (newest,))


def _spec(run: DagsterRun) -> str:
    return encode(run).decode()


def _stored_run(db: Transaction, run_id: str) -> DagsterRun | None:
    row = db.execute(_SQL["spec"], (run_id,)).fetchone()
    return decode(row[0], DagsterRun) if row else None


def _record(row: Row) -> RunRecord:
    number, status, created_at, updated_at, started_at, ended_at, spec = row
    run = decode(spec, DagsterRun)
    if run.status.value != status:
        run = msgspec.structs.replace(run, status=RunStatus(status))
    return RunRecord(
        storage_id=number,
        dagster_run=run,
        created_at=created_at,
        updated_at=updated_at,
        start_time=started_at,
        end_time=ended_at,
    )


def _condition(dialect: Dialect, filter: RunsFilter | None) -> Condition:
    condition = Condition(dialect)
    if filter is None:
        return condition
    if filter.run_ids is not None:
        condition.add_any_of("run_id", filter.run_ids)
    if filter.job_name is not None:
        condition.add("job_name = ?", filter.job_name)
    if filter.statuses:
        condition.add_any_of("status", [status.value for status in filter.statuses])
    for name, wanted in filter.tags.items():
        condition.add_run_tag(name, alternatives_of(wanted))
    for clause, field in _MOMENTS.items():
        moment: Any = getattr(filter, field)
        if moment is not None:
            condition.add(clause, seconds_of(moment))
    if filter.snapshot_id is not None:
        condition.add("1 = 0")  # runs are recorded without a snapshot of their job, so none has this one
    return condition
