"""The event log in a database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from headwater.adapters.sql.condition import Condition, page
from headwater.adapters.sql.database import Database, Transaction
from headwater.adapters.sql.dialect import Dialect
from headwater.adapters.sql.event_row import Row, build_records, build_rows, key_text
from headwater.adapters.sql.partition_status import recount_partitions
from headwater.adapters.sql.printable import build_printable
from headwater.adapters.sql.state import StateChange, build_step_state
from headwater.adapters.sql.statements import load_statements
from headwater.model.event import DagsterEventType, Event, EventKind, EventLogRecord, EventRecordsFilter
from headwater.model.filter import alternatives_of, event_number_of
from headwater.model.key import AssetKey
from headwater.model.run import StepState
from headwater.model.transition import RUN_STATUS_AFTER
from headwater.ports.clock import Clock

_SQL = load_statements("events")
_ASSETS = load_statements("assets")
_WIPED_FROM = frozenset({EventKind.ASSET_MATERIALIZATION, EventKind.ASSET_OBSERVATION})
# The condition of the index events_about_runs, word for word: SQLite uses it only then.
_ABOUT_RUNS = "kind >= 'PIPELINE_' AND kind < 'PIPELINE`'"


class SqlEventLog:
    """The port :class:`headwater.ports.event_log.EventLog` over a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def append(self, events: Sequence[Event]) -> int:
        """Append ``events`` and the state they change in one transaction; the number of the last one."""
        if not events:
            return self._database.rows(_SQL["newest_number"])[0][0] or 0
        try:
            return self._append(events, build_rows(events))
        except UnicodeEncodeError:
            events = [build_printable(event) for event in events]
            return self._append(events, build_rows(events))

    def _append(self, events: Sequence[Event], rows: list[Row]) -> int:
        return self._database.write(lambda db: self._insert(db, events, rows))

    def insert(self, db: Transaction, events: Sequence[Event]) -> int:
        """Append ``events`` within a transaction of the caller; the number of the last one."""
        return self._insert(db, events, build_rows(events))

    def _insert(self, db: Transaction, events: Sequence[Event], rows: list[Row]) -> int:
        newest: int = db.execute(_SQL["newest_number"]).fetchone()[0] or 0
        db.executemany(_SQL["append"], [(number, *row) for number, row in enumerate(rows, newest + 1)])
        StateChange(db, self._clock.now()).write(events, newest + 1)
        return newest + len(rows)

    def run_events(
        self,
        run_id: str,
        *,
        after: int = 0,
        limit: int | None = None,
        kinds: Collection[DagsterEventType] | None = None,
        step_key: str | None = None,
        before: int | None = None,
        ascending: bool = True,
    ) -> list[EventLogRecord]:
        """The events of a run with numbers above ``after`` and below ``before``, oldest first if ``ascending``."""
        condition = Condition(self._database.dialect).add("run_id = ?", run_id)
        if after:
            condition.add("number > ?", after)
        if kinds is not None:
            condition.add_any_of("kind", [kind.value for kind in kinds])
        if step_key is not None:
            condition.add("step_key = ?", step_key)
        if before is not None:
            condition.add("number < ?", before)
        return self._records("", condition, page("number", ascending, limit))

    def find(
        self, filter: EventRecordsFilter, *, limit: int | None = None, ascending: bool = False
    ) -> list[EventLogRecord]:
        """The events that fit, newest first unless ``ascending``."""
        return self._records("", _condition(self._database.dialect, filter), page("number", ascending, limit))

    def latest_materializations(
        self, keys: Collection[AssetKey] | None = None
    ) -> dict[AssetKey, EventLogRecord]:
        """The newest materialisation of each asset (of all known, when ``keys`` is None)."""
        return self._latest("join_materialization", keys)

    def latest_observations(self, keys: Collection[AssetKey] | None = None) -> dict[AssetKey, EventLogRecord]:
        """The newest observation of each asset (of all known, when ``keys`` is None)."""
        return self._latest("join_observation", keys)

    def _latest(self, join: str, keys: Collection[AssetKey] | None) -> dict[AssetKey, EventLogRecord]:
        condition = Condition(self._database.dialect)
        if keys is not None:
            condition.add_any_of("assets.asset_key", [key_text(key) for key in keys])
        records = self._records(_ASSETS[join], condition, "")
        return {key: record for record in records if (key := record.asset_key) is not None}

    def latest_materialization(self, key: AssetKey, partition: str | None = None) -> EventLogRecord | None:
        """The newest materialisation of an asset, or of one partition of it."""
        if partition is None:
            return self.latest_materializations([key]).get(key)
        condition = Condition(self._database.dialect).add("asset_partitions.asset_key = ?", key_text(key))
        condition.add("asset_partitions.asset_partition = ?", partition)
        records = self._records(_ASSETS["join_partition"], condition, "")
        return records[0] if records else None

    def materialized_partitions(self, key: AssetKey) -> list[str]:
        """The partitions of an asset which have been made, sorted."""
        return [partition for (partition,) in self._database.rows(_ASSETS["partitions"], (key_text(key),))]

    def count_materialized_partitions(self, key: AssetKey) -> int:
        """How many partitions of an asset have been made."""
        rows = self._database.rows(_ASSETS["count_partitions"], (key_text(key),))
        return int(rows[0][0]) if rows else 0

    def asset_keys(self) -> list[AssetKey]:
        """The assets that the log knows, sorted."""
        texts = self._database.rows(_ASSETS["keys"])
        return sorted(key for (text,) in texts if (key := AssetKey.from_db_string(text)) is not None)

    def step_states(self, run_id: str) -> list[StepState]:
        """The latest state of each step of a run that has begun, in the order of their beginning."""
        return [build_step_state(row) for row in self._database.rows(_SQL["step_states"], (run_id,))]

    def wipe_asset(self, key: AssetKey, partitions: Collection[str] | None = None) -> None:
        """Forget the materialisations and observations of an asset (or of some partitions)."""
        text = key_text(key)
        if partitions is None:
            self._database.write(lambda db: _wipe(db, text))
        else:
            self._database.write(lambda db: _wipe_partitions(db, text, partitions))

    def size(self) -> int:
        """How many events are stored."""
        count: int = self._database.rows(_SQL["size"])[0][0]
        return count

    def _records(self, join: str, condition: Condition, ending: str) -> list[EventLogRecord]:
        sql = f"{_SQL['select']} {join}{condition.sql}{ending}"
        return build_records(self._database.rows(sql, condition.values))


def _wipe(db: Transaction, key: str) -> None:
    for name in ("forget_events", "forget_asset", "forget_partitions"):
        db.execute(_ASSETS[name], (key,))
    recount_partitions(db, key)


def _wipe_partitions(db: Transaction, key: str, partitions: Collection[str]) -> None:
    for name in ("forget_partition_events", "forget_partition"):
        db.executemany(_ASSETS[name], [(key, partition) for partition in partitions])
    for name in ("renew_asset", "forget_asset_without_events"):
        db.execute(_ASSETS[name], (key,))
    recount_partitions(db, key)


def _condition(dialect: Dialect, filter: EventRecordsFilter) -> Condition:
    condition = Condition(dialect)
    if (kind := filter.event_type) is not None:
        condition.add("kind = ?", kind.value)
        if kind.value in RUN_STATUS_AFTER:
            condition.add(_ABOUT_RUNS)
        if kind in _WIPED_FROM:
            condition.add("asset_key IS NOT NULL")
    if filter.asset_key is not None:
        condition.add("asset_key = ?", key_text(filter.asset_key))
    if filter.asset_partitions is not None:
        condition.add_any_of("asset_partition", filter.asset_partitions)
    if filter.after_cursor is not None:
        condition.add("number > ?", event_number_of(filter.after_cursor))
    if filter.before_cursor is not None:
        condition.add("number < ?", event_number_of(filter.before_cursor))
    if filter.after_timestamp is not None:
        condition.add("happened_at > ?", filter.after_timestamp)
    if filter.before_timestamp is not None:
        condition.add("happened_at < ?", filter.before_timestamp)
    if filter.storage_ids is not None:
        condition.add_any_of("number", filter.storage_ids)
    for name, wanted in (filter.tags or {}).items():
        condition.add_asset_tag(name, alternatives_of(wanted))
    return condition
