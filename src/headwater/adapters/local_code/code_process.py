"""One process of a code location, seen from the supervisor."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from headwater.model.code_message import (
    EvaluatorOpened,
    FromCode,
    Launch,
    Loaded,
    LoadFailed,
    OpenEvaluator,
    Retire,
    RunEnded,
    Stop,
    ToCode,
)
from headwater.model.code_question import Answer, Question
from headwater.model.error_info import ErrorInfo
from headwater.model.errors import CodeHostError
from headwater.model.frame import FrameReader, pack_frame, read_frame

_CHUNK = 1 << 18
_SECONDS_TO_OPEN = 20.0
_SECONDS_TO_END = 1.0
_SECONDS_TO_BE_FREE = 1.0
_USUAL_EVALUATORS = 3


class CodeProcess:
    """Started at once. ``heard`` is called, from a thread of its own, with each word: how loading went, which runs ended.

    ``command`` takes the number of an inherited socket as its next argument, ``arguments`` follow.
    """

    def __init__(
        self,
        command: Sequence[str],
        arguments: Sequence[str],
        heard: Callable[[CodeProcess, Loaded | LoadFailed | RunEnded], None],
        ended: Callable[[CodeProcess], None],
    ) -> None:
        self._heard = heard
        self._tell_end = ended
        self._channel, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(
                [*command, str(number), *arguments],
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone
            )
        self._idle: list[Evaluator] = []
        self._evaluators = 0
        self._freed = threading.Condition(self._lock)
        self._ended = False
        self._thread = threading.Thread(target=self._listen, name="headwater-code", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return not self._ended

    def _listen(self) -> None:
        reader = FrameReader(FromCode)
        told = False
        while data := self._receive():
            for message in reader.feed(data):
                told = told or isinstance(message, (Loaded, LoadFailed))
                self._heard(self, message)
        code = self._process.wait()
        self._ended = True
        self._close_evaluators()
        with self._lock:
            self._channel.close()
        if not told:
            error = ErrorInfo(
                cls_name="CodeHostError", message=f"The process ended while loading ({_end(code)})."
            )
            self._heard(self, LoadFailed(error))
        self._tell_end(self)

    def _receive(self) -> bytes:
        try:
            return self._channel.recv(_CHUNK)
        except OSError:  # it was killed
            return b""

    def _say(self, message: ToCode, files: Sequence[int] = ()) -> None:
        frame = pack_frame(message)
        with self._lock:
            try:
                sent = socket.send_fds(self._channel, [frame], files) if files else 0
                self._channel.sendall(frame[sent:])
            except OSError as error:
                raise CodeHostError(f"The process of the code location (pid {self.pid}) is gone.") from error

    # -- what it is asked --------------------------------------------------------------------------------------------

    def launch(self, run_id: str) -> None:
        """Let a queued run begin."""
        self._say(Launch(run_id))

    def ask(self, question: Question, timeout_seconds: float) -> Answer:
        """Wait for the answer. Raises :class:`CodeHostError` when the time is up (it is killed), or the process dies."""
        evaluator = self._take_evaluator()
        try:
            answer = evaluator.ask(question, timeout_seconds)
        except CodeHostError:
            self._lose_evaluator()
            raise
        with self._freed:
            self._idle.append(evaluator)
            self._freed.notify()
        return answer

    def ask_once(self, question: Question, timeout_seconds: float) -> Answer:
        """Like :meth:`ask`, of a process that ends with its answer: whatever it has loaded goes with it."""
        evaluator = self._open_evaluator()
        try:
            return evaluator.ask(question, timeout_seconds)
        finally:
            evaluator.close()

    def _take_evaluator(self) -> Evaluator:
        with self._freed:
            if not self._idle and self._evaluators >= _USUAL_EVALUATORS:
                # One that is free soon is better than one more process; but nobody waits for those that hang.
                self._freed.wait_for(lambda: self._idle, _SECONDS_TO_BE_FREE)
            if self._idle:
                return self._idle.pop()
            self._evaluators += 1
        try:
            return self._open_evaluator()
        except CodeHostError:
            self._lose_evaluator()
            raise

    def _open_evaluator(self) -> Evaluator:
        ours, theirs = socket.socketpair()
        with theirs:
            self._say(OpenEvaluator(), [theirs.fileno()])
        return Evaluator(ours)

    def _lose_evaluator(self) -> None:
        with self._freed:
            self._evaluators -= 1
            self._freed.notify()

    # -- ending ------------------------------------------------------------------------------------------------------

    def retire(self) -> None:
        """Newer code has taken over: let it end with its last run."""
        self._close_evaluators()
        try:
            self._say(Retire())
        except CodeHostError:
            return  # it has ended

    def stop(self, grace_seconds: float) -> Future[None]:
        """End it with its runs; done when it has ended."""
        self._close_evaluators()
        try:
            self._say(Stop(grace_seconds))
        except CodeHostError:
            pass  # it has ended
        done: Future[None] = Future()
        threading.Thread(target=self._wait, args=(grace_seconds, done), daemon=True).start()
        return done

    def _wait(self, grace_seconds: float, done: Future[None]) -> None:
        try:
            self._process.wait(grace_seconds + _SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        done.set_result(None)

    def _close_evaluators(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
            self._evaluators -= len(idle)
        for each in idle:
            each.close()


class Evaluator:
    """A process which answers one question at a time: it evaluates schedules and sensors, plans, loads values."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        stream.settimeout(_SECONDS_TO_OPEN)
        try:
            opened = read_frame(stream, EvaluatorOpened)
        except OSError as error:
            raise CodeHostError(f"No process to evaluate in could be opened: {error}.") from error
        if opened is None:
            raise CodeHostError("No process to evaluate in could be opened: the code location ended.")
        self.pid = opened.pid

    def ask(self, question: Question, timeout_seconds: float) -> Answer:
        """Wait for the answer. After any :class:`CodeHostError` the process is gone."""
        self._stream.settimeout(timeout_seconds)
        try:
            self._stream.sendall(pack_frame(question))
            answer: Answer | None = read_frame(self._stream, Answer)
        except TimeoutError:
            self._kill()
            raise CodeHostError(
                f"{question.subject} took longer than {timeout_seconds:g} s and was ended. Let it do less at once, or "
                "raise the limit: HEADWATER_EVALUATION_SECONDS."
            ) from None
        except OSError as error:
            self._kill()
            raise CodeHostError(f"The process of this is gone: {question.subject} ({error}).") from error
        if answer is None:
            self._kill()
            raise CodeHostError(f"The process of this died: {question.subject}.")
        return answer

    def close(self) -> None:
        """Let it end: nobody asks any more."""
        self._stream.close()

    def _kill(self) -> None:
        self._stream.close()
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended


def _end(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
