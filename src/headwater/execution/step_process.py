"""A step in a process of its own: forked from the run's process, or started anew; and how such a process ends."""

from __future__ import annotations

import copy as copying
import logging
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence

from headwater.execution.committed import StepRecord
from headwater.execution.console import show_text
from headwater.execution.death import Death, rss_bytes_of
from headwater.execution.forked_life import live_forked
from headwater.execution.interrupt import Interrupts
from headwater.execution.run_scope import RunScope
from headwater.execution.step_output import OutputEcho, StepOutputFiles
from headwater.execution.step_request import StepOutcome, StepRequest
from headwater.execution.step_runner import run_step
from headwater.execution.step_timeout import main_thread_watch
from headwater.model.codec import decode, encode
from headwater.model.error_info import build_error_info
from headwater.model.errors import (
    DagsterError,
    DagsterExecutionInterruptedError,
    DagsterSubprocessError,
    DagsterUserCodeExecutionError,
)
from headwater.model.event import EngineEventData, Event, EventKind, StepFailureData
from headwater.model.metadata import build_metadata
from headwater.model.run import StepStatus

_HEAD = struct.Struct(">IB")
_EVENT, _OUTCOME, _INTERRUPTED = range(3)
_CHUNK = 1 << 20


# -- inside the process -----------------------------------------------------------------------------------------


class _Report:
    """The way of events and of the outcome to the run's process."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._lock = threading.Lock()  # steps may log from several threads

    def event(self, event: Event) -> None:
        self._send(_EVENT, encode(event))

    def outcome(self, outcome: StepOutcome) -> None:
        self._send(_OUTCOME, pickle.dumps((outcome._replace(error=None), *_portable(outcome.error))))

    def interrupted(self) -> None:
        self._send(_INTERRUPTED, b"")

    def _send(self, kind: int, payload: bytes) -> None:
        data = memoryview(_HEAD.pack(len(payload), kind) + payload)
        with self._lock:
            while data:
                data = data[os.write(self._file, data) :]


def _portable(error: BaseException | None) -> tuple[bytes | None, str]:
    """An error pickled, where it can be, and as text."""
    if error is None:
        return None, ""
    text = build_error_info(error).to_string()
    if isinstance(error, DagsterError):
        error = _cause_of(error)  # without our own around it, which holds frames and cannot travel
    try:
        return pickle.dumps(error), text
    except Exception:  # noqa: BLE001  whatever keeps the user's exception from being pickled, its text is there
        return None, text


def report_step(scope: RunScope, request: StepRequest, file: int) -> None:
    """Run a step in this process, with resources of its own, and report to ``file`` all that happens."""
    report = _Report(file)
    own = copying.copy(scope)
    interrupts = Interrupts()
    own.record = interrupts.shielded(report.event)
    own.values = {}
    copy = request.copy
    try:
        with interrupts, own.resources:
            own.emit(
                EventKind.STEP_WORKER_STARTED,
                f'Executing step "{copy.key}" in a process of its own.',
                EngineEventData(metadata=build_metadata({"pid": str(os.getpid())})),
                step_key=copy.key,
            )
            with interrupts.heard():
                outcome = _start_resources(own, request) or run_step(
                    own, request, main_thread_watch(interrupts)
                )
    except DagsterExecutionInterruptedError:
        report.interrupted()
    else:
        report.outcome(outcome)


def _start_resources(scope: RunScope, request: StepRequest) -> StepOutcome | None:
    """Make what the step needs before it begins; how it ends if that cannot be made."""
    copy = request.copy
    try:
        scope.resources.require_all(scope.step_resources(copy.step))
    except DagsterError as error:
        scope.emit(
            EventKind.STEP_FAILURE,
            f'Execution of step "{copy.key}" failed: {error}',
            StepFailureData(error=build_error_info(_cause_of(error)), error_source="FRAMEWORK_ERROR"),
            step_key=copy.key,
            level=logging.ERROR,
        )
        return StepOutcome(StepStatus.FAILURE, error=error)
    return None


def _cause_of(error: DagsterError) -> BaseException:
    """What the user's code raised, where it did."""
    raised = error.user_exception if isinstance(error, DagsterUserCodeExecutionError) else None
    return raised if raised is not None else error


def _run_forked(
    scope: RunScope, request: StepRequest, file: int, inherited: Sequence[int], output: StepOutputFiles | None
) -> None:
    """The step in its forked process."""
    for each in inherited:
        os.close(each)
    if output is not None:
        output.take_over()
    report_step(scope, request, file)


# -- seen from the run ------------------------------------------------------------------------------------------


class StepProcess:
    """A step's process, seen from the run's: what it reports, and whether it lives."""

    def __init__(self, request: StepRequest, pid: int, file: int) -> None:
        self.request = request
        self.copy = request.copy
        self.pid = pid
        self.file = file
        self.outcome: StepOutcome | None = None
        self.told = StepRecord()
        self.interrupted = False
        self.death: Death | None = None
        self.at_end = False
        self.echo: OutputEcho | None = None
        self.due_at: float | None = None
        self.is_late = False
        self._buffer = bytearray()
        os.set_blocking(file, False)

    @staticmethod
    def fork(
        scope: RunScope, request: StepRequest, inherited: Sequence[int], output: StepOutputFiles | None = None
    ) -> StepProcess:
        """Start it as a copy of this process. ``inherited`` are files that the copy must not hold; to ``output`` goes
        what it writes."""
        reading, writing = os.pipe()
        show_text(sys.stdout)
        show_text(sys.stderr)
        signal.pthread_sigmask(
            signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM)
        )  # until the child has handlers
        try:
            pid = os.fork()
            if pid == 0:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
                # A broken pipe: the run's process is gone, and the guardian ends this one.
                live_forked(
                    lambda: _run_forked(scope, request, writing, [*inherited, reading], output),
                    untold=BrokenPipeError,
                )
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        os.close(writing)
        try:
            os.setpgid(pid, pid)  # both sides say it, so that it holds whoever comes first
        except (PermissionError, ProcessLookupError):
            pass  # the child has said it, and may have ended since
        return StepProcess(request, pid, reading)

    @staticmethod
    def spawn(
        command: Sequence[str], origin: bytes, request: StepRequest, output: StepOutputFiles | None = None
    ) -> StepProcess:
        """Start it as a new interpreter: ``command`` reads ``origin`` and the request, and reports to the file named
        by its last argument."""
        reading, writing = os.pipe()
        files = output.open() if output is not None else (None, None)
        process = subprocess.Popen(
            [*command, str(writing)],
            stdin=subprocess.PIPE,
            stdout=files[0],
            stderr=files[1],
            pass_fds=[writing],
            process_group=0,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        for each in (writing, *files):
            if each is not None:
                os.close(each)
        assert process.stdin is not None
        try:
            with process.stdin as stdin:
                stdin.write(pickle.dumps((origin, request)))
        except BrokenPipeError:
            pass  # it has died at once, as reap() will find
        process.returncode = 0  # reap() waits for it, Popen does not have to
        return StepProcess(request, process.pid, reading)

    def read(self) -> Iterator[Event]:
        """The events that have come; notes the outcome, and whether nothing more can come."""
        while not self.at_end:
            try:
                data = os.read(self.file, _CHUNK)
            except BlockingIOError:
                break
            self.at_end = not data
            self._buffer += data
            if len(data) < _CHUNK:
                break
        start = 0
        while len(self._buffer) >= start + _HEAD.size:
            size, kind = _HEAD.unpack_from(self._buffer, start)
            end = start + _HEAD.size + size
            if len(self._buffer) < end:
                break
            payload = bytes(self._buffer[start + _HEAD.size : end])
            start = end
            if kind == _EVENT:
                event = decode(payload, Event)
                self.told.take(event)
                yield event
            elif kind == _OUTCOME:
                self.outcome = _read_outcome(payload)
            else:
                self.interrupted = True
        del self._buffer[:start]

    def reap(self) -> bool:
        """Whether the process has ended; then :attr:`death` says how."""
        if self.death is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid == 0:
                return False
            self.death = Death.of(pid, status, rss_bytes_of(usage.ru_maxrss))
        return True

    def outcome_told(self) -> StepOutcome | None:
        """How the step ended by the events that it could still send, where the process died before its outcome came."""
        told = self.told
        if told.ended is EventKind.STEP_SUCCESS:
            done = told.committed("")
            return StepOutcome(StepStatus.SUCCESS, done.made, done.mapping_keys)
        return StepOutcome(StepStatus.FAILURE) if told.ended is EventKind.STEP_FAILURE else None

    def send(self, number: int) -> None:
        """Signal the process and all that it has started."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass  # none of them is left

    def kill(self) -> None:
        """End the process group now, and wait for the process."""
        self.send(signal.SIGKILL)
        while not self.reap():
            time.sleep(0.001)
        self.close()

    def close(self) -> None:
        """Release the pipe, and show the last that the step wrote."""
        os.close(self.file)
        if self.echo is not None:
            self.echo.close()


def _read_outcome(payload: bytes) -> StepOutcome:
    outcome, pickled, text = pickle.loads(payload)
    if not text:
        return outcome  # type: ignore[no-any-return]
    error: BaseException = DagsterSubprocessError(text)
    if pickled is not None:
        try:
            error = pickle.loads(pickled)
            error.add_note(text)  # its frames stay behind
        except Exception:  # noqa: BLE001  an exception that cannot be made again: its text is there
            error = DagsterSubprocessError(text)
    return outcome._replace(error=error)  # type: ignore[no-any-return]
