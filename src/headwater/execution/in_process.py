"""The in-process executor: the steps of a run one after the other in its own process, asynchronous ones together."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import copy_context
from typing import TYPE_CHECKING

from headwater.execution.agenda import Agenda
from headwater.execution.interrupt import Interrupts
from headwater.execution.run_scope import RunScope
from headwater.execution.step_limits import StepLimits
from headwater.execution.step_request import StepOutcome, StepRequest
from headwater.execution.step_runner import attempt_step
from headwater.execution.step_streams import StepStreams
from headwater.execution.step_timeout import main_thread_watch, seconds_of

if TYPE_CHECKING:
    from headwater.execution.async_step import AsyncSteps


class InProcessExecutor:
    """Runs steps where the run is. Those whose functions are asynchronous wait together, on one event loop.

    ``limits`` say how many asynchronous steps may be at work at once. Without ``retries`` each step is tried once;
    ``sleep`` waits for the next retry.
    """

    name = "in process"
    in_run_process = True

    def __init__(
        self,
        limits: StepLimits | None = None,
        *,
        retries: bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits
        self.retries = retries
        self.sleep = sleep

    def run_steps(
        self, scope: RunScope, flush: Callable[[], None], interrupts: Interrupts
    ) -> dict[str, BaseException]:
        """Run all steps; what each failed one raised, by key."""
        with ExitStack() as stack:
            streams = stack.enter_context(StepStreams(scope))
            return _Work(self, scope, flush, interrupts, streams, stack).run()


class _Work:
    """The steps of one run at work. ``together`` has the asynchronous ones, from the first one on."""

    def __init__(
        self,
        executor: InProcessExecutor,
        scope: RunScope,
        flush: Callable[[], None],
        interrupts: Interrupts,
        streams: StepStreams,
        stack: ExitStack,
    ) -> None:
        self.agenda = Agenda(scope, executor.limits, retries=executor.retries)
        self.scope = scope
        self.flush = flush
        self.interrupts = interrupts
        self.watch = main_thread_watch(interrupts)
        self.sleep = executor.sleep
        self.streams = streams
        self.stack = stack
        self.together: AsyncSteps | None = None

    def run(self) -> dict[str, BaseException]:
        agenda = self.agenda
        while True:
            request = agenda.next()
            if request is not None:
                outcome = self._begin(request)
                if outcome is not None:
                    agenda.finish(request, outcome)
                    self.flush()
                if self.together:
                    self.together.turn()
            elif self.together:
                self.together.wait(agenda.seconds_to_retry)
            elif agenda.is_done:
                return agenda.failures
            else:
                with self.interrupts.heard():
                    self.sleep(agenda.seconds_to_retry or 0.0)
            if self.together:
                self._take_ended(self.together)

    def _begin(self, request: StepRequest) -> StepOutcome | None:
        """Run an attempt; None where it awaits something."""
        context = copy_context()
        context.run(self.streams.begin, request.copy.key)
        attempt = attempt_step(self.scope, request, self.watch)
        try:
            with self.interrupts.heard():
                awaited = context.run(next, attempt)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        if self.together is None:
            from headwater.execution.async_step import AsyncSteps  # asyncio is loaded by those who need it

            self.together = self.stack.enter_context(AsyncSteps(self.interrupts))
        seconds = seconds_of(self.scope.run, request.copy.step)
        self.together.begin(request, attempt, awaited, seconds=seconds, context=context)
        return None

    def _take_ended(self, together: AsyncSteps) -> None:
        for request, outcome in together.ended():
            self.agenda.finish(request, outcome)
            self.flush()
        self.interrupts.check()
