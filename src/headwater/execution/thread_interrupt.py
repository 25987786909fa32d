"""Raising in the code of another thread, where it lets that happen."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from headwater.execution.step_timeout import TimeIsUp

_T = TypeVar("_T")
_UNTIL_IT_ARRIVES = 100


class ThreadInterrupt:
    """Lets others raise one exception in the thread which has made this, inside :meth:`heard` only.

    Python raises it between two of its own instructions: a call into native code (a query, ``time.sleep``) is not cut
    short, it raises when the call is over.
    """

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._wanted: type[BaseException] | None = None
        self._hearing = False
        self._sent = False

    def request(self, error: type[BaseException]) -> None:
        """Raise ``error`` in the thread, now or when it next hears. Only the first request counts."""
        with self._lock:
            if self._wanted is None:
                self._wanted = error
                if self._hearing:
                    self._sent = True
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(self._thread), ctypes.py_object(error)
                    )

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Let a request raise while the body runs; one that came before raises at once."""
        self._listen()
        try:
            yield
        finally:
            self._stop_listening()

    def _listen(self) -> None:
        with self._lock:
            self._hearing = True
            wanted = None if self._sent else self._wanted
            self._sent = self._wanted is not None
        if wanted is not None:
            raise wanted

    def _stop_listening(self) -> None:
        with self._lock:
            self._hearing = False
        if self._sent:
            for _ in range(_UNTIL_IT_ARRIVES):
                pass  # if it is still on its way, it arrives here, and not in the engine's books

    def shielded(self, function: Callable[[_T], object]) -> Callable[[_T], None]:
        """``function``, which a request does not tear apart: it raises before or after the call."""

        def call(value: _T) -> None:
            if not self._hearing or threading.get_ident() != self._thread:
                function(value)
                return
            self._stop_listening()
            try:
                function(value)
            finally:
                self._listen()

        return call

    @contextmanager
    def watch(self, seconds: float) -> Iterator[None]:
        """Raise :class:`TimeIsUp` in the body when it has taken so long."""
        timer = threading.Timer(seconds, self.request, (TimeIsUp,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
