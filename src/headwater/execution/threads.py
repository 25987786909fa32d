"""The thread executor: each step in a thread of the run's process, several at once."""

from __future__ import annotations

import copy as copying
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import copy_context

from headwater.execution.agenda import Agenda
from headwater.execution.interrupt import Interrupts
from headwater.execution.run_scope import RunScope
from headwater.execution.step_limits import StepLimits
from headwater.execution.step_request import StepOutcome, StepRequest
from headwater.execution.step_runner import run_step
from headwater.execution.step_streams import StepStreams
from headwater.execution.step_timeout import seconds_of, timed_out
from headwater.execution.thread_interrupt import ThreadInterrupt
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterExecutionInterruptedError
from headwater.model.event import Event, EventKind, StepFailureData
from headwater.model.run import StepStatus

GRACE_SECONDS = 10.0
"""How long steps may take to end when they are interrupted or their time is over; then nobody waits for them."""

_TICK_SECONDS = 0.2


class ThreadExecutor:
    """Runs each step in a thread of its own, beside the others. They share the resources of the run.

    A thread cannot be killed: one that does not end within ``grace_seconds`` after it was interrupted is left to
    itself, and what it still says is not recorded. Without ``retries`` each step is tried once.
    """

    name = "in threads"
    in_run_process = True

    def __init__(
        self,
        limits: StepLimits | None = None,
        *,
        retries: bool = True,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self.limits = limits if limits is not None else StepLimits()
        self.retries = retries
        self.grace_seconds = grace_seconds

    def run_steps(
        self, scope: RunScope, flush: Callable[[], None], interrupts: Interrupts
    ) -> Mapping[str, BaseException]:
        """Run all steps; what each failed one raised, by key."""
        recording = threading.Lock()

        def record(event: Event) -> None:
            with recording:
                scope.record(event)

        together = copying.copy(scope)
        together.record = record
        with StepStreams(together) as streams:
            return _Work(self, together, flush, interrupts, streams).run()


class _StepThread:
    """One attempt in a thread of its own. ``outcome`` is there when it has ended, and ``error`` if it was interrupted."""

    def __init__(self, scope: RunScope, request: StepRequest) -> None:
        self.request = request
        self.outcome: StepOutcome | None = None
        self.error: BaseException | None = None
        self.is_left = False
        self._scope = scope
        self._interrupt: ThreadInterrupt | None = None
        self._begun = threading.Event()
        seconds = seconds_of(scope.run, request.copy.step)
        self.due_at = None if seconds is None else time.monotonic() + seconds

    def start(self, ended: queue.SimpleQueue[_StepThread], streams: StepStreams) -> None:
        """Begin."""
        context = copy_context()
        context.run(streams.begin, self.request.copy.key)
        name = f"headwater-step-{self.request.copy.key}"
        threading.Thread(target=context.run, args=(self._run, ended), name=name, daemon=True).start()

    def interrupt(self) -> None:
        """Let the code of the step raise."""
        self._begun.wait()
        assert self._interrupt is not None
        self._interrupt.request(DagsterExecutionInterruptedError)

    def _run(self, ended: queue.SimpleQueue[_StepThread]) -> None:
        self._interrupt = interrupt = ThreadInterrupt()
        self._begun.set()
        own = copying.copy(self._scope)
        own.record = interrupt.shielded(self._tell)
        try:
            with interrupt.heard():
                self.outcome = run_step(own, self.request, interrupt.watch)
        except BaseException as error:  # noqa: BLE001 - for the thread of the run to see
            self.error = error
        ended.put(self)

    def _tell(self, event: Event) -> None:
        if not self.is_left:
            self._scope.record(event)


class _Work:
    """The steps of one run at work."""

    def __init__(
        self,
        executor: ThreadExecutor,
        scope: RunScope,
        flush: Callable[[], None],
        interrupts: Interrupts,
        streams: StepStreams,
    ) -> None:
        self.executor = executor
        self.agenda = Agenda(scope, executor.limits, retries=executor.retries)
        self.scope = scope
        self.flush = flush
        self.interrupts = interrupts
        self.streams = streams
        self.running: list[_StepThread] = []
        self.ended: queue.SimpleQueue[_StepThread] = queue.SimpleQueue()

    def run(self) -> Mapping[str, BaseException]:
        try:
            while True:
                self.interrupts.check()
                while (request := self.agenda.next()) is not None:
                    self._start(request)
                if self.agenda.is_done:
                    return self.agenda.failures
                self._wait()
                self._leave_late()
                self.flush()
        except BaseException:
            self._cancel()
            raise

    def _start(self, request: StepRequest) -> None:
        thread = _StepThread(self.scope, request)
        self.running.append(thread)
        thread.start(self.ended, self.streams)

    def _wait(self) -> None:
        retry = self.agenda.seconds_to_retry
        patience = _TICK_SECONDS if retry is None else min(_TICK_SECONDS, retry)
        try:
            thread = self.ended.get(timeout=patience)
        except queue.Empty:
            return
        if thread.is_left:
            return
        self.running.remove(thread)
        if thread.outcome is not None:
            self.agenda.finish(thread.request, thread.outcome)
        elif thread.error is not None:
            raise thread.error

    def _leave_late(self) -> None:
        """Give up the steps which have not heeded their time limit for long."""
        late = time.monotonic() - self.executor.grace_seconds
        for thread in [each for each in self.running if each.due_at is not None and each.due_at < late]:
            copy = thread.request.copy
            error = timed_out(self.scope.run, copy.step, copy.key)
            self._leave(
                thread,
                f"{error} Its thread is in native code and cannot be ended; it is left to itself.",
                StepFailureData(error=build_error_info(error)),
            )
            self.agenda.finish(thread.request, StepOutcome(StepStatus.FAILURE, error=error))

    def _leave(self, thread: _StepThread, message: str, data: StepFailureData) -> None:
        self.running.remove(thread)
        thread.is_left = True
        self.scope.emit(
            EventKind.STEP_FAILURE, message, data, step_key=thread.request.copy.key, level=logging.ERROR
        )

    def _cancel(self) -> None:
        """Interrupt all steps, and wait until they have ended, or the grace is over."""
        for thread in self.running:
            thread.interrupt()
        deadline = time.monotonic() + self.executor.grace_seconds
        while self.running and time.monotonic() < deadline:
            try:
                self.running.remove(self.ended.get(timeout=_TICK_SECONDS))
            except (queue.Empty, ValueError):
                continue
        for thread in list(self.running):
            self._leave(
                thread,
                f'Execution of step "{thread.request.copy.key}" was interrupted. Its thread is in native code and '
                "cannot be ended; it is left to itself.",
                StepFailureData(error_source="INTERRUPT"),
            )
