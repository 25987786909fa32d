"""The multi-process executor: each step in a process of its own, several at once, forked from the warm run process."""

from __future__ import annotations

import logging
import os
import selectors
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from headwater.execution.agenda import Agenda
from headwater.execution.death import Death, OutOfMemory
from headwater.execution.guardian import Guardian, this_guardian
from headwater.execution.hooks import run_hooks
from headwater.execution.interrupt import Interrupts
from headwater.execution.log import receiving, restore
from headwater.execution.run_scope import RunScope
from headwater.execution.step_limits import StepLimits
from headwater.execution.step_output import OutputEcho, StepOutputFiles, output_files, record_captured
from headwater.execution.step_process import StepProcess
from headwater.execution.step_request import StepCopy, StepOutcome, StepRequest
from headwater.execution.step_runner import open_step
from headwater.execution.step_timeout import seconds_of, timed_out
from headwater.model.error_info import build_error_info
from headwater.model.errors import (
    DagsterError,
    DagsterExecutionInterruptedError,
    DagsterInvariantViolationError,
    StepProcessDiedError,
)
from headwater.model.event import EventKind, StepFailureData, StepRetryData
from headwater.model.run import StepStatus

GRACE_SECONDS = 10.0
"""How long the steps of a cancelled run may take to clean up before they are killed."""

LATE_SECONDS = 2.0
"""How long a step whose time is over may take to clean up before its process is killed."""

_TICK_SECONDS = 0.25
_SHORT_TICK_SECONDS = 0.002


class NewInterpreter(NamedTuple):
    """How to start a step where forking is unsafe: a command, and what it needs to load the job by itself."""

    command: Sequence[str]
    origin: bytes


class MultiprocessExecutor:
    """Runs each step in a process of its own.

    Processes are forked; where that is unsafe (other threads run here, or it is macOS) they are started by
    ``new_interpreter``, or always with ``start_method="spawn"``. What steps write is kept in files in ``output_folder``,
    if one is given, and shown here as well if ``echo``. Without ``retries`` each step is tried once.
    """

    name = "in processes of their own"
    in_run_process = False

    def __init__(
        self,
        limits: StepLimits,
        *,
        retries: bool = True,
        start_method: str | None = None,
        new_interpreter: NewInterpreter | None = None,
        grace_seconds: float = GRACE_SECONDS,
        late_seconds: float = LATE_SECONDS,
        output_folder: Path | None = None,
        echo: bool = True,
    ) -> None:
        self.limits = limits
        self.retries = retries
        self.start_method = start_method
        self.new_interpreter = new_interpreter
        self.grace_seconds = grace_seconds
        self.late_seconds = late_seconds
        self.output_folder = output_folder
        self.echo = echo

    def run_steps(
        self, scope: RunScope, flush: Callable[[], None], interrupts: Interrupts
    ) -> Mapping[str, BaseException]:
        """Run all steps; what each failed one raised, by key."""
        work = _Work(self, scope, flush, interrupts, this_guardian())
        try:
            return work.run()
        except DagsterExecutionInterruptedError:
            work.cancel()
            raise
        finally:
            work.close()


def choose_start(start_method: str | None, new_interpreter: NewInterpreter | None) -> str:
    """``fork`` or ``spawn``. Raises :class:`DagsterInvariantViolationError` when neither is possible."""
    threads = [each.name for each in threading.enumerate() if each is not threading.current_thread()]
    if start_method is None:
        start_method = "spawn" if threads or sys.platform == "darwin" or not hasattr(os, "fork") else "fork"
    if start_method == "fork" or new_interpreter is not None:
        return start_method
    why = f"other threads run in this process ({', '.join(threads)})" if threads else "forking is unsafe here"
    raise DagsterInvariantViolationError(
        f"Steps cannot run in processes of their own: {why}, and the job cannot be loaded by a new process. Use "
        "execute_job(reconstructable(job), …), or the in_process_executor."
    )


class _Work:
    """The steps of one run at work."""

    def __init__(
        self,
        executor: MultiprocessExecutor,
        scope: RunScope,
        flush: Callable[[], None],
        interrupts: Interrupts,
        guardian: Guardian,
    ) -> None:
        self.executor = executor
        self.scope = scope
        self.flush = flush
        self.interrupts = interrupts
        self.guardian = guardian
        self.agenda = Agenda(scope, executor.limits, retries=executor.retries)
        self.running: list[StepProcess] = []
        self.out_of_memory = OutOfMemory()
        self.selector = selectors.DefaultSelector()
        self.selector.register(interrupts.wakeup, selectors.EVENT_READ)

    def run(self) -> Mapping[str, BaseException]:
        while True:
            self.interrupts.check()
            while (request := self.agenda.next()) is not None:
                self._start(request)
            if self.agenda.is_done:
                return self.agenda.failures
            self._listen()
            self._kill_late()
            for process in self._ended():
                self._conclude(process)
            self.flush()

    # -- beginning ----------------------------------------------------------------------------------------------

    def _start(self, request: StepRequest) -> None:
        copy = request.copy
        way = choose_start(self.executor.start_method, self.executor.new_interpreter)
        self.scope.emit(
            EventKind.STEP_WORKER_STARTING,
            f'Starting a process for step "{copy.key}" ({way}).',
            step_key=copy.key,
        )
        anew = self.executor.new_interpreter
        output = self._capture(copy)
        echo = OutputEcho(output) if output is not None and self.executor.echo else None
        if way == "spawn" and anew is not None:
            process = StepProcess.spawn(anew.command, anew.origin, request, output)
        else:
            process = StepProcess.fork(
                self.scope, request, [*self._inherited(), *(echo.files if echo is not None else ())], output
            )
        process.echo = echo
        process.due_at = self._due_at(copy)
        self.running.append(process)
        self.guardian.watch(process.pid)
        self.selector.register(process.file, selectors.EVENT_READ, process)

    def _capture(self, copy: StepCopy) -> StepOutputFiles | None:
        """The files to which a step writes, recorded so that they can be found."""
        if self.executor.output_folder is None:
            return None
        files = output_files(self.executor.output_folder, copy.key)
        for each in files.open():
            os.close(each)
        record_captured(self.scope, copy.key, files)
        return files

    def _inherited(self) -> list[int]:
        """The files of this process that a forked one must not hold open."""
        selector = [self.selector.fileno()] if isinstance(self.selector, selectors.EpollSelector) else []
        echoes = [file for each in self.running if each.echo is not None for file in each.echo.files]
        return [*selector, *(each.file for each in self.running), *echoes]

    # -- listening ----------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        """Wait until something happens, and record what the steps report."""
        for key, _ in self.selector.select(self._patience()):
            if isinstance(key.data, StepProcess):
                self._take_events(key.data)
            else:
                os.read(self.interrupts.wakeup, 64)
        for process in self.running:
            if process.echo is not None:
                process.echo.copy()

    def _patience(self) -> float:
        if any(process.at_end for process in self.running):
            return _SHORT_TICK_SECONDS  # its pipe is closed, so that it is about to end
        retry = self.agenda.seconds_to_retry
        return _TICK_SECONDS if retry is None else min(_TICK_SECONDS, retry)

    def _take_events(self, process: StepProcess) -> None:
        for event in process.read():
            self.scope.record(event)
        if process.at_end and process.file in self.selector.get_map():
            self.selector.unregister(process.file)

    def _ended(self) -> list[StepProcess]:
        """The processes that have ended, with all that they reported recorded."""
        ended = [process for process in self.running if process.reap()]
        for process in ended:
            self.running.remove(process)
            self._take_events(process)
            if process.file in self.selector.get_map():
                self.selector.unregister(process.file)
            process.close()
            self.guardian.forget(process.pid)
        return ended

    # -- ending -------------------------------------------------------------------------------------------------

    def _conclude(self, process: StepProcess) -> None:
        self.agenda.finish(process.request, process.outcome or self._died(process))

    def _due_at(self, copy: StepCopy) -> float | None:
        """When a step is killed which does not heed its time limit by itself."""
        seconds = seconds_of(self.scope.run, copy.step)
        return None if seconds is None else time.monotonic() + seconds + self.executor.late_seconds

    def _kill_late(self) -> None:
        for process in self.running:
            if process.due_at is not None and time.monotonic() > process.due_at and not process.is_late:
                process.is_late = True
                process.send(signal.SIGKILL)

    def _died(self, process: StepProcess) -> StepOutcome:
        """The outcome of a step whose process ended before it: a failure, or another try if the policy has one."""
        process.send(signal.SIGKILL)  # what it has started is nobody's any more
        error = self._error_of(process)
        if process.interrupted:  # it has recorded its end itself
            return StepOutcome(StepStatus.FAILURE, error=error)
        told = process.outcome_told()
        if (
            told is not None
        ):  # what it had still to do (hooks, tear-down) is lost, what it has recorded is not
            self.scope.emit(
                EventKind.ENGINE_EVENT,
                f"{error} The step had ended.",
                step_key=process.copy.key,
                level=logging.WARNING,
            )
            return told._replace(error=error if told.status is StepStatus.FAILURE else None)
        request = process.request
        policy = self.scope.retry_policy(process.copy.step) if request.may_retry else None
        if policy is not None and request.attempt <= policy.max_retries:
            return self._try_again(request, error, policy.calculate_delay(request.attempt))
        return self._fail(request, error)

    def _error_of(self, process: StepProcess) -> DagsterError:
        """Why the process ended before its step did."""
        copy, death = process.copy, process.death
        assert death is not None
        death = death._replace(out_of_memory=self.out_of_memory.explains(death))
        if process.is_late:
            return timed_out(self.scope.run, copy.step, copy.key)
        return _death_error(copy, death, interrupted=process.interrupted)

    def _try_again(self, request: StepRequest, error: DagsterError, delay: float) -> StepOutcome:
        self.scope.emit(
            EventKind.STEP_UP_FOR_RETRY,
            f"{error} It is tried again{f' in {delay:g} seconds' if delay else ''}.",
            StepRetryData(error=build_error_info(error), seconds_to_wait=delay or None),
            step_key=request.copy.key,
            level=logging.WARNING,
        )
        return StepOutcome(StepStatus.RETRYING, error=error, retry_after=delay)

    def _fail(self, request: StepRequest, error: DagsterError) -> StepOutcome:
        self.scope.emit(
            EventKind.STEP_FAILURE,
            str(error),
            StepFailureData(error=build_error_info(error), error_source="FRAMEWORK_ERROR"),
            step_key=request.copy.key,
            level=logging.ERROR,
        )
        self._run_failure_hooks(request, error)
        return StepOutcome(StepStatus.FAILURE, error=error)

    def _run_failure_hooks(self, request: StepRequest, error: DagsterError) -> None:
        """Run here the hooks of a step whose own process can run nothing any more."""
        scope = open_step(self.scope, request)
        token = receiving(scope.receive)
        try:
            run_hooks(scope, "failure", error)
        finally:
            restore(token)

    def cancel(self) -> None:
        """End all steps: SIGTERM to their groups, and SIGKILL after the grace, or at a second interruption."""
        self.interrupts.requested = None
        for process in self.running:
            process.send(signal.SIGTERM)
        keys = ", ".join(process.copy.key for process in self.running) or "none"
        self.scope.emit(
            EventKind.ENGINE_EVENT, f"The run was interrupted. Steps that are asked to end: {keys}."
        )
        self.flush()
        deadline = time.monotonic() + self.executor.grace_seconds
        killed = False
        while self.running:
            if not killed and (time.monotonic() >= deadline or self.interrupts.requested is not None):
                killed = True
                for process in self.running:
                    process.send(signal.SIGKILL)
            self._listen()
            for process in self._ended():
                process.send(signal.SIGKILL)  # what it has started ends with it
                if process.outcome is None and not process.interrupted:
                    self._record_cancelled(process, killed=killed)
            self.flush()

    def _record_cancelled(self, process: StepProcess, *, killed: bool) -> None:
        how = f"was killed after {self.executor.grace_seconds:g} seconds" if killed else "ended"
        self.scope.emit(
            EventKind.STEP_FAILURE,
            f'Execution of step "{process.copy.key}" was interrupted: the run is cancelled, and the process {how}.',
            StepFailureData(error_source="INTERRUPT"),
            step_key=process.copy.key,
            level=logging.ERROR,
        )

    def close(self) -> None:
        """Leave no process behind, whatever happened."""
        for process in self.running:
            process.kill()
        self.running = []
        self.selector.close()


def _death_error(copy: StepCopy, death: Death, *, interrupted: bool) -> StepProcessDiedError:
    how = f"it (pid {death.pid}) was asked to end by a signal." if interrupted else death.describe()
    return StepProcessDiedError(
        f'The process of step "{copy.key}" died: {how}',
        step_key=copy.key,
        pid=death.pid,
        signal=death.signal,
        exit_code=death.exit_code,
        max_rss_bytes=death.max_rss_bytes,
    )
