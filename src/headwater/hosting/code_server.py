"""The life of a code location's process: load the code once, then fork from it whatever runs the code.

It has one thread, so that forking is safe: it only waits for words from the supervisor and for the ends of its children.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from headwater.execution.death import Death
from headwater.execution.forked_life import live_forked
from headwater.hosting.code_files import find_code_files
from headwater.hosting.code_location import CodeLocation, load_location
from headwater.hosting.code_target import CodeTarget
from headwater.hosting.tick_evaluation import evaluate_tick
from headwater.model.code_message import (
    EvaluatorOpened,
    Launch,
    Loaded,
    LoadFailed,
    OpenEvaluator,
    Retire,
    RunEnded,
    Stop,
    ToCode,
)
from headwater.model.code_question import Answer, CodeQuestion, Question
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterExecutionInterruptedError
from headwater.model.frame import FrameReader, pack_frame, read_frame
from headwater.model.tick import TickRequest

_CHUNK = 1 << 16
_MOST_FILES_AT_ONCE = 4
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)


class CodeServer:
    """Serves one code location over ``channel``.

    ``open_instance`` opens the history, ``execute`` carries out a run of an id, ``answer`` what else is asked of the code;
    all are called in forked processes.
    ``run_command``, with a run's id behind it, does the same in a new process where forking is not safe.
    """

    def __init__(
        self,
        channel: socket.socket,
        target: CodeTarget,
        *,
        open_instance: Callable[[], Any],
        execute: Callable[[CodeLocation, str], None],
        answer: Callable[[CodeLocation, Any, CodeQuestion], Answer],
        run_command: Sequence[str],
    ) -> None:
        self._channel = channel
        self._target = target
        self._open_instance = open_instance
        self._execute = execute
        self._answer = answer
        self._run_command = list(run_command)
        self._runs: dict[int, str] = {}
        self._evaluators: set[int] = set()
        self._reader = FrameReader(ToCode)
        self._retired = False
        self._stopped = False

    def serve(self) -> None:
        """Load the code, tell so, and do as told until there is nothing more to do."""
        try:
            location = load_location(self._target)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the supervisor shows it
            self._send(LoadFailed(build_error_info(error), find_code_files(self._target)))
            return
        self._send(Loaded(location.manifest, find_code_files(self._target)))
        gc.collect()
        gc.freeze()  # what is loaded is not looked at again, so that forks share its memory
        self._attend(location)

    # -- waiting ---------------------------------------------------------------------------------------------------

    def _attend(self, location: CodeLocation) -> None:
        woken, wakes = socket.socketpair()
        for each in (woken, wakes):
            each.setblocking(False)
        signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # Ctrl-C is for the supervisor, which then says what to do
        signal.signal(signal.SIGTERM, lambda *_: self._stop(0.0))
        while not self._stopped and not (self._retired and not self._runs):
            readable, _, _ = select.select([self._channel, woken], [], [])
            if woken in readable:
                woken.recv(_CHUNK)
                self._reap()
            if self._channel in readable:
                self._listen(location)
        for pid in self._evaluators:
            _signal(pid, signal.SIGKILL)

    def _listen(self, location: CodeLocation) -> None:
        data, files, _, _ = socket.recv_fds(self._channel, _CHUNK, _MOST_FILES_AT_ONCE)
        if not data:  # the supervisor is gone: the runs go on without it, nothing new begins
            self._retired = True
            self._channel.close()
            self._channel = socket.socketpair()[0]
            return
        for message in self._reader.feed(data):
            if isinstance(message, Launch):
                self._launch(location, message.run_id)
            elif isinstance(message, OpenEvaluator):
                self._open_evaluator(location, files.pop(0))
            elif isinstance(message, Retire):
                self._retired = True
            elif isinstance(message, Stop):
                self._stop(message.grace_seconds)

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._evaluators.discard(pid)
            run_id = self._runs.pop(pid, None)
            if run_id is not None:
                code = os.waitstatus_to_exitcode(status)
                how = "" if code == 0 else Death.of(pid, status, usage.ru_maxrss * 1024).describe()
                self._send(RunEnded(run_id, how))

    def _send(self, message: Any) -> None:
        try:
            self._channel.sendall(pack_frame(message))
        except OSError:
            self._retired = True  # nobody listens any more

    # -- forking ---------------------------------------------------------------------------------------------------

    def _launch(self, location: CodeLocation, run_id: str) -> None:
        if threading.active_count() > 1:  # the user's code has started some: a fork would inherit their locks
            process = subprocess.Popen([*self._run_command, run_id], process_group=0)
            process.returncode = 0  # this process waits for all its children itself
            self._runs[process.pid] = run_id
            return
        self._runs[self._fork(lambda: self._execute(location, run_id))] = run_id

    def _open_evaluator(self, location: CodeLocation, file: int) -> None:
        stream = socket.socket(fileno=file)
        self._evaluators.add(self._fork(lambda: self._evaluate(location, stream)))
        stream.close()

    def _evaluate(self, location: CodeLocation, stream: socket.socket) -> None:
        """Answer whatever is asked, one after the other, until nobody asks any more."""
        stream.sendall(pack_frame(EvaluatorOpened(os.getpid())))
        instance = self._open_instance()
        while (question := read_frame(stream, Question)) is not None:
            answer = (
                evaluate_tick(location.repository, instance, question)
                if isinstance(question, TickRequest)
                else self._answer(location, instance, question)
            )
            stream.sendall(pack_frame(answer))

    def _fork(self, work: Callable[[], None]) -> int:
        """Do ``work`` in a copy of this process, in a process group of its own."""
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            pid = os.fork()
            if pid == 0:
                # A run that was cancelled as asked is recorded so: no fault whose trace anybody needs.
                live_forked(lambda: self._become_child(work), untold=DagsterExecutionInterruptedError)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return pid

    def _become_child(self, work: Callable[[], None]) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        self._channel.close()
        work()

    # -- ending ----------------------------------------------------------------------------------------------------

    def _stop(self, grace_seconds: float) -> None:
        """Ask the runs to end, and kill those that have not after the grace."""
        self._stopped = True
        deadline = time.monotonic() + grace_seconds
        for pid in self._runs:
            _signal(pid, signal.SIGTERM)
        while self._runs and time.monotonic() < deadline:
            select.select([], [], [], 0.02)
            self._reap()
        for pid in list(self._runs):
            _signal(-pid, signal.SIGKILL)
        while self._runs:
            select.select([], [], [], 0.005)
            self._reap()


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass  # it has ended by itself
