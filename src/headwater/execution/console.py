"""What a run tells on the console of a script: the user's log lines, and failures."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import TextIO

from headwater.model.event import Event, EventKind


class ConsoleLog:
    """Writes log lines of user code (INFO and above) and failures to standard error, one line each."""

    def __init__(self, level: int = logging.INFO) -> None:
        self.level = level
        self._stream = sys.stderr  # before steps begin: what they write there is kept as theirs, this is not

    def show(self, event: Event) -> None:
        """Write ``event``, if it is for people."""
        if event.kind is EventKind.LOG:
            wanted = event.level >= self.level
        else:
            wanted = event.kind in (
                EventKind.STEP_FAILURE,
                EventKind.STEP_UP_FOR_RETRY,
                EventKind.RUN_FAILURE,
            )
        if wanted:
            show_text(self._stream, f"{self.format(event)}\n")

    def format(self, event: Event) -> str:
        """One line: time, level, step, message."""
        clock = time.strftime("%H:%M:%S", time.localtime(event.timestamp))
        step = f"{event.step_key} - " if event.step_key else ""
        return f"{clock} {logging.getLevelName(event.level):<7} {step}{event.message}"


def show_text(stream: TextIO, text: str = "") -> None:
    """Write ``text``, and all that ``stream`` holds, at once; a reader who has gone fails nothing.

    A stream that nobody reads any more is led to nowhere: what is left in it would come up at each further flush.
    """
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
