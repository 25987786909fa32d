"""Waiting for what another has: in pauses that grow and differ, and not for ever."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

_FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.025
WORTH_TELLING_SECONDS = 2.0
"""How long a wait lasts before it is worth a word in the log."""


class Patience:
    """A wait of at most ``seconds``, which begins now. ``tell`` is called once with who is waited for, when it gets long.

    >>> patience = Patience(10)
    >>> while not try_it() and patience.pause(): ...  # doctest: +SKIP
    """

    def __init__(self, seconds: float, tell: Callable[[Any], object] | None = None) -> None:
        self._began = time.monotonic()
        self._ends = self._began + seconds
        self._pause = _FIRST_PAUSE
        self._tell = tell

    @property
    def waited_seconds(self) -> float:
        """How long it has lasted."""
        return time.monotonic() - self._began

    @property
    def left_seconds(self) -> float:
        """How long it may still last; not above zero when it is over."""
        return self._ends - time.monotonic()

    def pause(self, longest_seconds: float = LONGEST_PAUSE, holder: Callable[[], Any] = lambda: None) -> bool:
        """Wait a little, at random so that processes do not keep in step. False when the time is over.

        The pauses grow up to ``longest_seconds``: more where looking again is dear and nobody can push in. ``holder`` finds
        out who is waited for.
        """
        if self.left_seconds <= 0:
            return False
        if self._tell is not None and self.waited_seconds >= WORTH_TELLING_SECONDS:
            self._tell(holder())
            self._tell = None
        time.sleep(min(self._pause * random.uniform(0.5, 1.5), max(self.left_seconds, 0)))
        self._pause = min(self._pause * 1.5, longest_seconds)
        return True
