"""The backfill store: backfills, their parts, and the run of each part."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from headwater.model.backfill import Backfill, BackfillCount, BackfillPart, BackfillStatus, PartStatus
from headwater.model.run import DagsterRun


class BackfillStore(Protocol):
    """The backfills of an instance."""

    def add(self, backfill: Backfill, parts: Sequence[BackfillPart]) -> Backfill:
        """Record a backfill with all of its parts, in one transaction; it gets its number.

        Raises :class:`BackfillAlreadyExists` when the id is taken.
        """
        ...

    def get(self, backfill_id: str) -> Backfill | None:
        """The backfill of that id, if there is one."""
        ...

    def find(
        self,
        *,
        statuses: Collection[BackfillStatus] = (),
        limit: int | None = None,
        before: int | None = None,
        ascending: bool = False,
    ) -> list[Backfill]:
        """Backfills, newest first unless ``ascending``; ``before``: with smaller (larger, ascending) numbers only."""
        ...

    def parts(
        self,
        backfill_id: str,
        *,
        statuses: Collection[PartStatus] = (),
        after: int | None = None,
        limit: int | None = None,
    ) -> list[BackfillPart]:
        """The parts of a backfill in the order of their numbers, behind ``after``."""
        ...

    def counts(self, backfill_ids: Collection[str]) -> dict[str, list[BackfillCount]]:
        """How the parts of each backfill stand, by layer."""
        ...

    def begin_part(self, backfill_id: str, number: int, run: DagsterRun) -> bool:
        """Record ``run`` (queued) as what makes a waiting part of a running backfill, in one transaction.

        False, and nothing is changed, where somebody has done so before, or the backfill is no more to go on.
        """
        ...

    def settle_parts(self, backfill_id: str, statuses: Mapping[int, PartStatus]) -> None:
        """Say how parts stand now, all at once."""
        ...

    def set_status(
        self,
        backfill_id: str,
        status: BackfillStatus,
        *,
        where: Collection[BackfillStatus],
        ended_at: float | None = None,
    ) -> bool:
        """Change the status of a backfill which stands in one of ``where``; whether that was so."""
        ...

    def begin_again(self, backfill_id: str) -> int:
        """Let the parts that failed, were blocked or canceled wait again, and the backfill run; how many parts there are.

        A backfill that is canceled right now stays as it is: 0.
        """
        ...

    def prune(self, ended_before: float, *, limit: int = 100) -> int:
        """Remove old backfills that have ended, so many at most; how many there were. Their runs stay."""
        ...
