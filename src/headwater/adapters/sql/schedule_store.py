"""The schedule store in a database: a tick, its runs and its cursor in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from headwater.adapters.sql.condition import Condition, page
from headwater.adapters.sql.database import Database, Transaction
from headwater.adapters.sql.event_log import SqlEventLog
from headwater.adapters.sql.printable import build_printable
from headwater.adapters.sql.run_store import SqlRunStore
from headwater.adapters.sql.statements import load_statements
from headwater.model.codec import decode, encode
from headwater.model.event import Event
from headwater.model.tick import AutomationId, AutomationKind, AutomationState, Tick, TickStatus
from headwater.ports.schedule_store import RunToQueue

_SQL = load_statements("ticks")
_StateRow = tuple[str, str | None, float | None, float | None, str | None]


class SqlScheduleStore:
    """The port :class:`headwater.ports.schedule_store.ScheduleStore` over a database."""

    def __init__(self, database: Database, runs: SqlRunStore, event_log: SqlEventLog) -> None:
        self._database = database
        self._runs = runs
        self._event_log = event_log

    def state(self, automation: AutomationId) -> AutomationState | None:
        """How it stands; None when nothing is known of it."""
        rows = self._database.rows(_SQL["state"], (automation.location, automation.name))
        return _state(rows[0]) if rows else None

    def states(self) -> dict[AutomationId, AutomationState]:
        """How all that are known stand."""
        return {state.automation: state for state in map(_state, self._database.rows(_SQL["states"]))}

    def save_state(self, state: AutomationState) -> None:
        """Say how it stands; cursor and last times stay what the ticks have made them."""
        self._database.write(lambda db: _save_state(db, state))

    def set_cursor(self, automation: AutomationId, cursor: str | None) -> None:
        """Let the next tick begin at ``cursor``."""
        try:
            self._database.write(lambda db: _set_cursor(db, automation, cursor))
        except UnicodeEncodeError:
            self._database.write(lambda db: _set_cursor(db, automation, build_printable(cursor)))

    def record_tick(
        self,
        tick: Tick,
        runs: Sequence[RunToQueue] = (),
        *,
        cursor: str | None = None,
        events: Sequence[Event] = (),
    ) -> Tick | None:
        """Record a tick with its runs, its cursor and asset events; None where its moment was taken."""
        try:
            return self._record(tick, runs, cursor, events)
        except UnicodeEncodeError:
            printable = [RunToQueue(build_printable(each.key), build_printable(each.run)) for each in runs]
            return self._record(
                build_printable(tick),
                printable,
                build_printable(cursor),
                [build_printable(each) for each in events],
            )

    def _record(
        self, tick: Tick, runs: Sequence[RunToQueue], cursor: str | None, events: Sequence[Event]
    ) -> Tick | None:
        return self._database.write(lambda db: self._insert(db, tick, runs, cursor, events))

    def _insert(
        self,
        db: Transaction,
        tick: Tick,
        runs: Sequence[RunToQueue],
        cursor: str | None,
        events: Sequence[Event],
    ) -> Tick | None:
        place = (tick.automation.location, tick.automation.name)
        if tick.kind is AutomationKind.SCHEDULE and not _take_moment(db, tick):
            return None
        _ensure_state(db, tick.automation)
        tick = self._queue(db, tick, runs)
        row = (*place, tick.kind.value, tick.due_at, tick.ended_at, tick.status.value, encode(tick).decode())
        db.execute(_SQL["add_tick"], row)
        number = db.execute(_SQL["newest_tick"], place).fetchone()[
            0
        ]  # this one: nobody else writes meanwhile
        db.execute(_SQL["set_last"], (tick.due_at, tick.due_at, tick.ended_at, *place))
        if cursor is not None:
            db.execute(_SQL["set_cursor"], (cursor, *place))
        if events:
            self._event_log.insert(db, events)
        return msgspec.structs.replace(tick, number=number)

    def _queue(self, db: Transaction, tick: Tick, runs: Sequence[RunToQueue]) -> Tick:
        """Record the runs whose keys are new; the tick, with the ids of all."""
        place = (tick.automation.location, tick.automation.name)
        queued: list[str] = []
        known: list[str] = []
        for key, run in runs:
            if key is not None and not db.execute(_SQL["take_key"], (*place, key, run.run_id)).rowcount:
                known.append(db.execute(_SQL["run_of_key"], (*place, key)).fetchone()[0])
                continue
            self._runs.insert(db, run)
            queued.append(run.run_id)
            if key is not None:
                db.execute(_SQL["set_last_run_key"], (key, *place))
        return msgspec.structs.replace(tick, run_ids=queued, known_run_ids=known)

    def ticks(
        self,
        automation: AutomationId,
        *,
        limit: int | None = None,
        before: int | None = None,
        statuses: Sequence[TickStatus] = (),
    ) -> list[Tick]:
        """The ticks of a schedule or sensor, newest first."""
        condition = (
            Condition(self._database.dialect)
            .add("location = ?", automation.location)
            .add("name = ?", automation.name)
        )
        if before is not None:
            condition.add("number < ?", before)
        if statuses:
            condition.add_any_of("status", [each.value for each in statuses])
        rows = self._database.rows(
            f"{_SQL['ticks']}{condition.sql}{page('number', False, limit)}", condition.values
        )
        return [msgspec.structs.replace(decode(spec, Tick), number=number) for number, spec in rows]

    def prune_ticks(self, ended_before: float, statuses: Sequence[TickStatus], *, limit: int = 10_000) -> int:
        """Remove old ticks, so many at most; how many there were."""
        condition = Condition(self._database.dialect).add("ended_at < ?", ended_before)
        condition.add_any_of("status", [each.value for each in statuses])
        sql = _SQL["prune"].format(condition=condition.sql, page=page("ended_at", True, limit))
        return self._database.write(lambda db: db.execute(sql, condition.values).rowcount)


def _state(row: _StateRow) -> AutomationState:
    spec, cursor, last_due_at, last_ended_at, last_run_key = row
    return msgspec.structs.replace(
        decode(spec, AutomationState),
        cursor=cursor,
        last_due_at=last_due_at,
        last_ended_at=last_ended_at,
        last_run_key=last_run_key,
    )


def _save_state(db: Transaction, state: AutomationState) -> None:
    plain = msgspec.structs.replace(
        state, cursor=None, last_due_at=None, last_ended_at=None, last_run_key=None
    )
    row = (state.automation.location, state.automation.name, encode(plain).decode())
    db.execute(_SQL["save_state"], row)


def _ensure_state(db: Transaction, automation: AutomationId) -> None:
    if db.execute(_SQL["state"], (automation.location, automation.name)).fetchone() is None:
        _save_state(db, AutomationState(automation=automation))


def _set_cursor(db: Transaction, automation: AutomationId, cursor: str | None) -> None:
    _ensure_state(db, automation)
    db.execute(_SQL["set_cursor"], (cursor, automation.location, automation.name))


def _take_moment(db: Transaction, tick: Tick) -> bool:
    """Whether the moment is free for the tick; the record of a failure makes room."""
    values = (tick.automation.location, tick.automation.name, tick.due_at)
    known = db.execute(_SQL["tick_of_moment"], values).fetchone()
    if known is None:
        return True
    if known[1] != TickStatus.FAILURE.value or decode(known[2], Tick).attempts >= tick.attempts:
        return False
    db.execute(_SQL["remove_tick"], (known[0],))
    return True
