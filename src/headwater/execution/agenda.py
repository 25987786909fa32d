"""The steps of one run as an executor works them off: which one begins now, which wait, and which have failed."""

from __future__ import annotations

import heapq
import logging
import sys
import time
from collections.abc import Callable

from headwater.execution.pools import POLL_SECONDS
from headwater.execution.progress import Progress, priority_of
from headwater.execution.run_scope import RunScope
from headwater.execution.step_limits import StepLimits, pool_of
from headwater.execution.step_request import StepCopy, StepOutcome, StepRequest
from headwater.model.errors import DagsterInvariantViolationError, DagsterSubprocessError
from headwater.model.event import EventKind, SkippedData
from headwater.model.run import StepStatus


class Agenda:
    """Hands out the steps of a run, the most urgent first, and takes note of how each attempt ended.

    Without ``limits`` as many may be at work as there are, but for the pools of the instance. Without ``retries`` each
    step is tried once.

    >>> while (request := agenda.next()) is not None:
    ...     agenda.finish(request, run_step(scope, request))
    """

    def __init__(
        self,
        scope: RunScope,
        limits: StepLimits | None = None,
        *,
        retries: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.failures: dict[str, BaseException] = {}
        self.at_work = 0
        self._scope = scope
        self._retries = retries
        self._clock = clock
        self._limits = limits if limits is not None else _pools_only(scope)
        self._progress = Progress(scope.plan.steps, scope.committed, scope.wanted, scope.made_before)
        self._attempts: dict[str, int] = {}
        self._ready: list[tuple[int, int, StepCopy]] = []
        self._later: list[tuple[float, int, StepCopy]] = []
        self._number = 0
        self._waits_for_others = False
        self._told: set[str] = set()

    def next(self) -> StepRequest | None:
        """The attempt to begin now, with its places taken; None when none may.

        A step that waits for a place of its tag or pool lets others pass.
        """
        self._gather()
        if not self._ready or self._limits.is_full:
            return None
        passed: list[tuple[int, int, StepCopy]] = []
        request = None
        while self._ready and request is None:
            place = heapq.heappop(self._ready)
            if self._limits.take(place[2]):
                request = self._begin(place[2])
            else:
                passed.append(place)
        for place in passed:
            heapq.heappush(self._ready, place)
        self._waits_for_others = False
        for _, _, copy in passed:
            if self._limits.may_wait(copy.step):
                self._waits_for_others = True
                self._tell_waiting(copy)
        return request

    def finish(self, request: StepRequest, outcome: StepOutcome) -> None:
        """Note how an attempt ended: it is tried again, has failed, or lets others begin."""
        copy = request.copy
        self.at_work -= 1
        self._limits.release(copy)
        if outcome.status is StepStatus.RETRYING:
            self._number += 1
            due = self._clock() + (outcome.retry_after or 0)
            heapq.heappush(self._later, (due, self._number, copy))
            return
        if outcome.status is StepStatus.FAILURE:
            self.failures[copy.key] = outcome.error or DagsterSubprocessError(
                f'The step "{copy.key}" failed.'
            )
        for skipped in self._progress.finish(copy, outcome):
            self._emit_skipped(skipped)

    @property
    def is_done(self) -> bool:
        """Whether nothing is at work and nothing is left to begin.

        Raises :class:`DagsterInvariantViolationError` when steps are left for which there will never be a place.
        """
        if self.at_work or self._later or (self._ready and self._waits_for_others):
            return False
        if self._ready:
            keys = ", ".join(place[2].key for place in self._ready)
            raise DagsterInvariantViolationError(
                f"These steps can never begin, because a tag or pool limit leaves no place for them: {keys}."
            )
        return True

    @property
    def seconds_to_retry(self) -> float | None:
        """In how many seconds to ask again: for a step that is tried again, or a place in a pool that another run has.

        None when there is no such step, or no place for it in this run.
        """
        if self._limits.is_full:
            return None
        waits = [max(0.0, self._later[0][0] - self._clock())] if self._later else []
        if self._ready and self._waits_for_others:
            waits.append(POLL_SECONDS)
        return min(waits, default=None)

    # -- the books ----------------------------------------------------------------------------------------------

    def _gather(self) -> None:
        while (copy := self._progress.next()) is not None:
            self._queue(copy)
        while self._later and self._later[0][0] <= self._clock():
            self._queue(heapq.heappop(self._later)[2])

    def _queue(self, copy: StepCopy) -> None:
        self._number += 1
        heapq.heappush(self._ready, (-priority_of(copy.step), self._number, copy))

    def _begin(self, copy: StepCopy) -> StepRequest:
        self.at_work += 1
        self._attempts[copy.key] = attempt = self._attempts.get(copy.key, 0) + 1
        return StepRequest(copy, attempt, self._progress.mapping, self._progress.made, self._retries)

    def _tell_waiting(self, copy: StepCopy) -> None:
        """Say once that a step waits, where no other step of this run can be the reason."""
        if self.at_work or copy.key in self._told:
            return
        self._told.add(copy.key)
        self._scope.emit(
            EventKind.ENGINE_EVENT,
            f'Step "{copy.key}" waits for a place in the pool "{pool_of(copy.step)}", which other runs have.',
            step_key=copy.key,
            level=logging.INFO,
        )

    def _emit_skipped(self, copy: StepCopy) -> None:
        self._scope.emit(
            EventKind.STEP_SKIPPED,
            f'Skipped execution of step "{copy.key}" because what it needs was not made.',
            SkippedData(reason="An upstream output was not yielded."),
            step_key=copy.key,
            level=logging.DEBUG,
        )


def _pools_only(scope: RunScope) -> StepLimits:
    pooled = any(pool_of(step) is not None for step in scope.plan.steps)
    pools = scope.instance.pools_of(scope.run.run_id) if pooled and scope.instance is not None else None
    return StepLimits(sys.maxsize, (), pools)
