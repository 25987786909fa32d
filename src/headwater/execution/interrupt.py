"""SIGINT and SIGTERM while a run is at work: heard inside user code, kept for later while the engine keeps its books."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self, TypeVar

from headwater.model.errors import DagsterExecutionInterruptedError

_T = TypeVar("_T")
SIGNALS = (signal.SIGINT, signal.SIGTERM)

ONE_PRESS_SECONDS = 0.1
"""Within this time a second signal is the first one still: some programs send it to a process and to its group."""


class Interrupts:
    """Takes SIGINT and SIGTERM over for the time of a run, if this is the main thread.

    Inside :meth:`heard` they raise :class:`DagsterExecutionInterruptedError` at once; elsewhere :attr:`requested`
    remembers them, and the next :meth:`heard` raises. :attr:`wakeup` becomes readable, for those who wait on files.

    A second one, while :attr:`requested` remembers the first, ends the process at once, by that signal; in an
    interactive session, which is to live on, it raises once more.
    """

    def __init__(self) -> None:
        self.requested: int | None = None
        self._received_at = float("-inf")
        self._hearing = False
        self._thread = threading.get_ident()
        self._before: dict[int, Any] = {}
        self._pipe: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                known = signal.getsignal(number)
                if (
                    known is not None and known is not signal.SIG_IGN
                ):  # None: set by C code; ignored: by nohup
                    self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before = {}
        if self._pipe is not None:
            for each in self._pipe:
                os.close(each)
            self._pipe = None

    def _receive(self, number: int, frame: FrameType | None) -> None:
        before, self._received_at = self._received_at, time.monotonic()
        if self._received_at - before < ONE_PRESS_SECONDS:
            return
        again, self.requested = self.requested is not None, number
        if again:
            self._end_now(number)
        if self._pipe is not None:
            try:
                os.write(self._pipe[1], b"!")
            except BlockingIOError:
                return  # full: nobody who reads it can miss the bytes that are there
        if self._hearing:
            self._hearing = False  # what cleans up after it is not hit a second time
            self._raise()

    def _end_now(self, number: int) -> None:
        if hasattr(sys, "ps1") or "ipykernel" in sys.modules:
            self._raise()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _raise(self) -> None:
        assert self.requested is not None
        raise DagsterExecutionInterruptedError(
            f"Interrupted by {signal.Signals(self.requested).name}.", signal=self.requested
        )

    @property
    def is_heard(self) -> bool:
        """Whether an interruption would raise at once."""
        return self._hearing

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Let an interruption raise while the body runs; one that came before raises at once."""
        self._hearing = True
        try:
            if self.requested is not None:
                self._raise()
            yield
        finally:
            self._hearing = False

    def shielded(self, function: Callable[[_T], object]) -> Callable[[_T], None]:
        """``function``, which an interruption does not tear apart: it raises after the call instead."""

        def call(value: _T) -> None:
            if not self._hearing or threading.get_ident() != self._thread:
                function(value)
                return
            self._hearing = False
            try:
                function(value)
            finally:
                self._hearing = self.requested is None
            self.check()

        return call

    def check(self) -> None:
        """Raise if an interruption has come."""
        if self.requested is not None:
            self._raise()

    @property
    def wakeup(self) -> int:
        """A file descriptor that becomes readable when an interruption comes."""
        if self._pipe is None:
            self._pipe = os.pipe()
            os.set_blocking(self._pipe[1], False)
        return self._pipe[0]
