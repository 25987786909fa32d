"""The backfill store in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec

from headwater.adapters.memory.history import History
from headwater.adapters.memory.run_store import MemoryRunStore
from headwater.model.backfill import (
    UNDONE_STATUSES,
    Backfill,
    BackfillCount,
    BackfillPart,
    BackfillStatus,
    PartStatus,
)
from headwater.model.errors import BackfillAlreadyExists
from headwater.model.run import DagsterRun


class MemoryBackfillStore:
    """The port :class:`headwater.ports.backfill_store.BackfillStore` in plain Python."""

    def __init__(self, history: History, runs: MemoryRunStore) -> None:
        self._history = history
        self._runs = runs
        self._added = 0
        self._backfills: dict[str, Backfill] = {}
        self._parts: dict[str, dict[int, BackfillPart]] = {}

    def add(self, backfill: Backfill, parts: Sequence[BackfillPart]) -> Backfill:
        """Record a backfill with all of its parts. Raises :class:`BackfillAlreadyExists`."""
        with self._history.lock:
            if backfill.backfill_id in self._backfills:
                raise BackfillAlreadyExists(f'A backfill "{backfill.backfill_id}" is already recorded.')
            self._added += 1
            added = msgspec.structs.replace(backfill, number=self._added)
            self._backfills[backfill.backfill_id] = added
            self._parts[backfill.backfill_id] = {part.number: part for part in parts}
            return added

    def get(self, backfill_id: str) -> Backfill | None:
        """The backfill of that id, if there is one."""
        return self._backfills.get(backfill_id)

    def find(
        self,
        *,
        statuses: Collection[BackfillStatus] = (),
        limit: int | None = None,
        before: int | None = None,
        ascending: bool = False,
    ) -> list[Backfill]:
        """Backfills, newest first unless ``ascending``."""
        with self._history.lock:
            ordered = sorted(self._backfills.values(), key=lambda each: each.number, reverse=not ascending)
        return [
            each
            for each in ordered
            if (not statuses or each.status in statuses)
            and (before is None or (each.number > before if ascending else each.number < before))
        ][:limit]

    def parts(
        self,
        backfill_id: str,
        *,
        statuses: Collection[PartStatus] = (),
        after: int | None = None,
        limit: int | None = None,
    ) -> list[BackfillPart]:
        """The parts of a backfill in the order of their numbers, behind ``after``."""
        with self._history.lock:
            known = list(self._parts.get(backfill_id, {}).values())
        return [
            part
            for part in known
            if (not statuses or part.status in statuses) and (after is None or part.number > after)
        ][:limit]

    def counts(self, backfill_ids: Collection[str]) -> dict[str, list[BackfillCount]]:
        """How the parts of each backfill stand, by layer."""
        return {each: _counts(self.parts(each)) for each in backfill_ids}

    def begin_part(self, backfill_id: str, number: int, run: DagsterRun) -> bool:
        """Record ``run`` as what makes a waiting part of a running backfill; whether it was there to be taken."""
        with self._history.lock:
            part = self._parts[backfill_id][number]
            running = self._backfills[backfill_id].status is BackfillStatus.RUNNING
            if part.status is not PartStatus.WAITING or not running:
                return False
            self._runs.add(run)
            self._parts[backfill_id][number] = msgspec.structs.replace(
                part, status=PartStatus.QUEUED, run_id=run.run_id, attempt=part.attempt + 1
            )
            return True

    def settle_parts(self, backfill_id: str, statuses: Mapping[int, PartStatus]) -> None:
        """Say how parts stand now, all at once."""
        with self._history.lock:
            parts = self._parts[backfill_id]
            for number, status in statuses.items():
                parts[number] = msgspec.structs.replace(parts[number], status=status)

    def set_status(
        self,
        backfill_id: str,
        status: BackfillStatus,
        *,
        where: Collection[BackfillStatus],
        ended_at: float | None = None,
    ) -> bool:
        """Change the status of a backfill which stands in one of ``where``; whether that was so."""
        with self._history.lock:
            known = self._backfills.get(backfill_id)
            if known is None or known.status not in where:
                return False
            self._backfills[backfill_id] = msgspec.structs.replace(known, status=status, ended_at=ended_at)
            return True

    def begin_again(self, backfill_id: str) -> int:
        """Let the parts that failed, were blocked or canceled wait again, and the backfill run."""
        with self._history.lock:
            anything = [each for each in BackfillStatus if each is not BackfillStatus.CANCELING]
            if not self.set_status(backfill_id, BackfillStatus.RUNNING, where=anything):
                return 0
            undone = self.parts(backfill_id, statuses=UNDONE_STATUSES)
            for part in undone:
                self._parts[backfill_id][part.number] = msgspec.structs.replace(
                    part, status=PartStatus.WAITING, run_id=None
                )
            return len(undone)

    def prune(self, ended_before: float, *, limit: int = 100) -> int:
        """Remove old backfills that have ended, so many at most."""
        with self._history.lock:
            ended = [(each.ended_at, each.backfill_id) for each in self._backfills.values() if each.ended_at]
            old = [each for at, each in sorted(ended) if at < ended_before][:limit]
            for each in old:
                del self._backfills[each], self._parts[each]
            return len(old)


def _counts(parts: Sequence[BackfillPart]) -> list[BackfillCount]:
    numbers: Counter[tuple[int, str]] = Counter()
    keys: Counter[tuple[int, str]] = Counter()
    for part in parts:
        place = (part.layer, part.status.value)
        numbers[place] += 1
        keys[place] += part.count
    return [
        BackfillCount(layer=layer, status=PartStatus(status), parts=count, partitions=keys[layer, status])
        for (layer, status), count in sorted(numbers.items())
    ]
