"""Waiting for what another has: in pauses that grow and differ, and not for ever."""

from __future__ import annotations

import random
import time

_FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.025


class Patience:
    """A wait of at most ``seconds``, which begins now.

    >>> patience = Patience(10)
    >>> while not try_it() and patience.pause(): ...  # doctest: +SKIP
    """

    def __init__(self, seconds: float) -> None:
        self._began = time.monotonic()
        self._ends = self._began + seconds
        self._pause = _FIRST_PAUSE

    @property
    def waited_seconds(self) -> float:
        """How long it has lasted."""
        return time.monotonic() - self._began

    @property
    def left_seconds(self) -> float:
        """How long it may still last; not above zero when it is over."""
        return self._ends - time.monotonic()

    def pause(self, longest_seconds: float = LONGEST_PAUSE) -> bool:
        """Wait a little, at random so that processes do not keep in step. False when the time is over.

        The pauses grow up to ``longest_seconds``: more where looking again is dear and nobody can push in.
        """
        if self.left_seconds <= 0:
            return False
        time.sleep(min(self._pause * random.uniform(0.5, 1.5), max(self.left_seconds, 0)))
        self._pause = min(self._pause * 1.5, longest_seconds)
        return True
