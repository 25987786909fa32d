"""The in-process executor: the steps of a run one after the other, in the run's own process."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable

from headwater.execution.interrupt import Interrupts
from headwater.execution.progress import Progress, StepCopy
from headwater.execution.run_scope import RunScope
from headwater.execution.step_runner import run_step
from headwater.model.event import EventKind, SkippedData
from headwater.model.run import StepStatus


class InProcessExecutor:
    """Runs steps where the run is. ``sleep`` waits for the next retry."""

    name = "in process"
    in_run_process = True

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep

    def run_steps(
        self, scope: RunScope, flush: Callable[[], None], interrupts: Interrupts
    ) -> dict[str, BaseException]:
        """Run all steps; what each failed one raised, by key."""
        progress = Progress(scope.plan.steps, scope.committed, scope.wanted, scope.made_before)
        failures: dict[str, BaseException] = {}
        attempts: dict[str, int] = {}
        later: list[tuple[float, int, StepCopy]] = []
        while True:
            while later and later[0][0] <= time.monotonic():
                progress.again(heapq.heappop(later)[2])
            copy = progress.next()
            if copy is None:
                if not later:
                    return failures
                with interrupts.heard():
                    self._sleep(max(0.0, later[0][0] - time.monotonic()))
                progress.again(heapq.heappop(later)[2])
                continue
            attempts[copy.key] = attempts.get(copy.key, 0) + 1
            with interrupts.heard():
                outcome = run_step(
                    scope,
                    copy.step,
                    key=copy.key,
                    mapping_key=copy.mapping_key,
                    attempt=attempts[copy.key],
                    mapping=progress.mapping,
                    made=progress.made,
                )
            flush()
            if outcome.status is StepStatus.RETRYING:
                heapq.heappush(later, (time.monotonic() + (outcome.retry_after or 0), len(attempts), copy))
                continue
            if outcome.error is not None:
                failures[copy.key] = outcome.error
            emit_skipped(scope, progress.finish(copy, outcome))


def emit_skipped(scope: RunScope, skipped: list[StepCopy]) -> None:
    """Record steps that are skipped because what they need was not made."""
    for copy in skipped:
        scope.emit(
            EventKind.STEP_SKIPPED,
            f'Skipped execution of step "{copy.key}" because what it needs was not made.',
            SkippedData(reason="An upstream output was not yielded."),
            step_key=copy.key,
        )
