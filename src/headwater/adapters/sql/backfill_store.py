"""The backfill store in a database: a part and its run in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from headwater.adapters.sql.condition import Condition, page
from headwater.adapters.sql.database import Database, Transaction
from headwater.adapters.sql.run_store import SqlRunStore
from headwater.adapters.sql.statements import load_statements
from headwater.model.backfill import Backfill, BackfillCount, BackfillPart, BackfillStatus, PartStatus
from headwater.model.codec import decode, encode
from headwater.model.errors import BackfillAlreadyExists
from headwater.model.run import DagsterRun

_SQL = load_statements("backfills")


class SqlBackfillStore:
    """The port :class:`headwater.ports.backfill_store.BackfillStore` over a database."""

    def __init__(self, database: Database, runs: SqlRunStore) -> None:
        self._database = database
        self._runs = runs

    def add(self, backfill: Backfill, parts: Sequence[BackfillPart]) -> Backfill:
        """Record a backfill with all of its parts. Raises :class:`BackfillAlreadyExists`."""
        self._database.write(lambda db: _add(db, backfill, parts))
        added = self.get(backfill.backfill_id)
        assert added is not None
        return added

    def get(self, backfill_id: str) -> Backfill | None:
        """The backfill of that id, if there is one."""
        found = self._find(self._condition().add("backfill_id = ?", backfill_id), "")
        return found[0] if found else None

    def find(
        self,
        *,
        statuses: Collection[BackfillStatus] = (),
        limit: int | None = None,
        before: int | None = None,
        ascending: bool = False,
    ) -> list[Backfill]:
        """Backfills, newest first unless ``ascending``."""
        condition = self._condition()
        if statuses:
            condition.add_any_of("status", [each.value for each in statuses])
        if before is not None:
            condition.add("number > ?" if ascending else "number < ?", before)
        return self._find(condition, page("number", ascending, limit))

    def _find(self, condition: Condition, ending: str) -> list[Backfill]:
        rows = self._database.rows(_SQL["select"] + condition.sql + ending, condition.values)
        return [_backfill(row) for row in rows]

    def parts(
        self,
        backfill_id: str,
        *,
        statuses: Collection[PartStatus] = (),
        after: int | None = None,
        limit: int | None = None,
    ) -> list[BackfillPart]:
        """The parts of a backfill in the order of their numbers, behind ``after``."""
        condition = self._condition().add("backfill_id = ?", backfill_id)
        if statuses:
            condition.add_any_of("status", [each.value for each in statuses])
        if after is not None:
            condition.add("number > ?", after)
        sql = _SQL["parts"] + condition.sql + page("number", True, limit)
        return [_part(row) for row in self._database.rows(sql, condition.values)]

    def counts(self, backfill_ids: Collection[str]) -> dict[str, list[BackfillCount]]:
        """How the parts of each backfill stand, by layer."""
        condition = self._condition().add_any_of("backfill_id", backfill_ids)
        found: dict[str, list[BackfillCount]] = {each: [] for each in backfill_ids}
        sql = _SQL["counts"].format(condition=condition.sql)
        for backfill_id, layer, status, parts, keys in self._database.rows(sql, condition.values):
            found[backfill_id].append(
                BackfillCount(layer=layer, status=PartStatus(status), parts=parts, partitions=int(keys))
            )
        return found

    def begin_part(self, backfill_id: str, number: int, run: DagsterRun) -> bool:
        """Record ``run`` as what makes a waiting part of a running backfill; whether it was there to be taken."""
        return self._database.write(lambda db: self._begin_part(db, backfill_id, number, run))

    def _begin_part(self, db: Transaction, backfill_id: str, number: int, run: DagsterRun) -> bool:
        if not db.execute(_SQL["take_part"], (run.run_id, backfill_id, number)).rowcount:
            return False
        self._runs.insert(db, run)
        return True

    def settle_parts(self, backfill_id: str, statuses: Mapping[int, PartStatus]) -> None:
        """Say how parts stand now, all at once."""
        rows = [(status.value, backfill_id, number) for number, status in statuses.items()]
        self._database.write(lambda db: db.executemany(_SQL["settle_part"], rows))

    def set_status(
        self,
        backfill_id: str,
        status: BackfillStatus,
        *,
        where: Collection[BackfillStatus],
        ended_at: float | None = None,
    ) -> bool:
        """Change the status of a backfill which stands in one of ``where``; whether that was so."""
        condition = self._condition().add("backfill_id = ?", backfill_id)
        condition.add_any_of("status", [each.value for each in where])
        sql, values = _SQL["set_status"] + condition.sql, (status.value, ended_at, *condition.values)
        return self._database.write(lambda db: db.execute(sql, values).rowcount > 0)

    def begin_again(self, backfill_id: str) -> int:
        """Let the parts that failed, were blocked or canceled wait again, and the backfill run."""
        return self._database.write(lambda db: _begin_again(db, backfill_id))

    def prune(self, ended_before: float, *, limit: int = 100) -> int:
        """Remove old backfills that have ended, so many at most."""
        return self._database.write(lambda db: _prune(db, ended_before, limit))

    def _condition(self) -> Condition:
        return Condition(self._database.dialect)


def _add(db: Transaction, backfill: Backfill, parts: Sequence[BackfillPart]) -> None:
    row = (backfill.backfill_id, backfill.status.value, encode(backfill).decode())
    if not db.execute(_SQL["add"], row).rowcount:
        raise BackfillAlreadyExists(f'A backfill "{backfill.backfill_id}" is already recorded.')
    db.executemany(_SQL["add_part"], [(backfill.backfill_id, *_part_row(part)) for part in parts])


def _begin_again(db: Transaction, backfill_id: str) -> int:
    if not db.execute(_SQL["run_again"], (backfill_id,)).rowcount:
        return 0
    return db.execute(_SQL["retry_parts"], (backfill_id,)).rowcount


def _prune(db: Transaction, ended_before: float, limit: int) -> int:
    old = db.execute(_SQL["old"], (ended_before, limit)).fetchall()
    for row in old:
        db.execute(_SQL["forget_parts"], row)
        db.execute(_SQL["forget"], row)
    return len(old)


def _backfill(row: Sequence[Any]) -> Backfill:
    number, status, ended_at, spec = row
    return msgspec.structs.replace(
        decode(spec, Backfill), number=number, status=BackfillStatus(status), ended_at=ended_at
    )


def _part_row(part: BackfillPart) -> tuple[Any, ...]:
    return (
        part.number,
        part.layer,
        part.start,
        part.end,
        part.count,
        part.status.value,
        part.run_id,
        part.attempt,
    )


def _part(row: Sequence[Any]) -> BackfillPart:
    number, layer, start, end, count, status, run_id, attempt = row
    return BackfillPart(
        number=number,
        layer=layer,
        start=start,
        end=end,
        count=count,
        status=PartStatus(status),
        run_id=run_id,
        attempt=attempt,
    )
