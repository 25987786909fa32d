"""Pause a backfill, let it go on, cancel it: from whatever process, whether somebody carries it out right now or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from headwater.model.backfill import OPEN_STATUSES, Backfill, BackfillStatus, PartStatus
from headwater.model.errors import BackfillNotFoundError, DagsterInvariantViolationError
from headwater.model.run import DagsterRunStatus, RunsFilter
from headwater.ports.storage import Storage

PART_STATUS_AFTER: Mapping[DagsterRunStatus, PartStatus] = {
    DagsterRunStatus.SUCCESS: PartStatus.SUCCESS,
    DagsterRunStatus.FAILURE: PartStatus.FAILURE,
    DagsterRunStatus.CANCELED: PartStatus.CANCELED,
}
"""How a part stands when its run has ended so."""


class BackfillControl:
    """The backfills of an instance, for who steers them. ``cancel`` cancels a run by its id, and waits for its end.

    What cannot be done raises :class:`DagsterInvariantViolationError`; an unknown id :class:`BackfillNotFoundError`.
    """

    def __init__(self, storage: Storage, cancel: Callable[[str], object]) -> None:
        self._store = storage.backfills
        self._runs = storage.runs
        self._cancel = cancel

    def find(self, backfill_id: str) -> Backfill:
        """The backfill of that id; the id may be cut short where it stays the only one."""
        found = self._store.get(backfill_id)
        if found is not None:
            return found
        near = [
            each for each in self._store.find() if backfill_id and each.backfill_id.startswith(backfill_id)
        ]
        if len(near) == 1:
            return near[0]
        if near:
            names = ", ".join(each.backfill_id for each in near[:5])
            raise BackfillNotFoundError(f'Several backfills begin with "{backfill_id}": {names}.')
        raise BackfillNotFoundError(f'There is no backfill "{backfill_id}".')

    def pause(self, backfill_id: str) -> Backfill:
        """Begin no more runs of it; those that are in the queue or at work go on."""
        backfill = self.find(backfill_id)
        if not self._change(backfill, BackfillStatus.PAUSED, BackfillStatus.RUNNING):
            raise _refusal(self.find(backfill_id), "paused")
        return self.find(backfill.backfill_id)

    def resume(self, backfill_id: str) -> Backfill:
        """Go on with one that is paused; with one that has failed or was canceled: do again what is not done."""
        backfill = self.find(backfill_id)
        if self._change(backfill, BackfillStatus.RUNNING, BackfillStatus.PAUSED):
            return self.find(backfill.backfill_id)
        return self.retry(backfill.backfill_id)

    def retry(self, backfill_id: str) -> Backfill:
        """Do again what failed, was blocked by that, or was canceled."""
        backfill = self.find(backfill_id)
        done = backfill.status is BackfillStatus.SUCCESS
        if done or not self._store.begin_again(backfill.backfill_id):
            raise _refusal(self.find(backfill.backfill_id), "gone on with")
        return self.find(backfill.backfill_id)

    def ask_to_cancel(self, backfill_id: str) -> Backfill:
        """Begin no more runs of it; whoever carries it out cancels those that there are."""
        backfill = self.find(backfill_id)
        if not self._change(backfill, BackfillStatus.CANCELING, *OPEN_STATUSES):
            raise _refusal(backfill, "canceled")
        return self.find(backfill.backfill_id)

    def finish_cancel(self, backfill: Backfill, now: float) -> bool:
        """Cancel what one that is to be canceled has in the queue and at work; whether all of it has ended."""
        name = backfill.backfill_id
        waiting = self._store.parts(name, statuses=[PartStatus.WAITING])
        self._store.settle_parts(name, {part.number: PartStatus.CANCELED for part in waiting})
        parts = {
            part.run_id: part.number
            for part in self._store.parts(name, statuses=[PartStatus.QUEUED])
            if part.run_id is not None
        }
        for record in self._runs.find(RunsFilter(run_ids=list(parts))) if parts else ():
            if not record.dagster_run.is_finished:
                self._cancel(record.dagster_run.run_id)
        ended = find_ended(self._runs_of(parts), parts)
        self._store.settle_parts(name, ended)
        if len(ended) < len(parts):
            return False
        self._store.set_status(name, BackfillStatus.CANCELED, where=[BackfillStatus.CANCELING], ended_at=now)
        return True

    def _runs_of(self, parts: Mapping[str, int]) -> Mapping[str, DagsterRunStatus]:
        records = self._runs.find(RunsFilter(run_ids=list(parts))) if parts else []
        return {each.dagster_run.run_id: each.dagster_run.status for each in records}

    def _change(self, backfill: Backfill, status: BackfillStatus, *where: BackfillStatus) -> bool:
        return self._store.set_status(backfill.backfill_id, status, where=where)


def find_ended(statuses: Mapping[str, DagsterRunStatus], parts: Mapping[str, int]) -> dict[int, PartStatus]:
    """The parts (by the ids of their runs) whose runs have ended, and how; a deleted run counts as canceled."""
    return {
        number: PART_STATUS_AFTER[statuses[run_id]] if run_id in statuses else PartStatus.CANCELED
        for run_id, number in parts.items()
        if run_id not in statuses or statuses[run_id] in PART_STATUS_AFTER
    }


def _refusal(backfill: Backfill, what: str) -> DagsterInvariantViolationError:
    return DagsterInvariantViolationError(
        f"The backfill {backfill.backfill_id} is {backfill.status.value} and cannot be {what}."
    )
