"""Events on their way to the log: gathered into batches, never kept back for longer than a moment.

A log that cannot be written for a while (locked, slow, a full disk) delays events and fails nobody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from headwater.model.errors import StorageError
from headwater.model.event import Event

PATIENCE_SECONDS = 0.25
"""How long an event may wait for others before it is written."""

BATCH = 1_000
"""How many events are gathered before they are written at once."""

MOST_WAITING = 100_000
"""How many events may wait for a log that cannot be written; then the run waits, too."""

PATIENCE_AT_END_SECONDS = 120.0
"""How long ``close`` tries to write the last events."""

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0


class EventBuffer:
    """Gathers events and hands them on in batches: at ``flush``, when many wait, and a moment after the first.

    ``write`` gets each batch once, in order. It is called under a lock, from whichever thread flushes. A batch for
    which it raises :class:`StorageError` stays and is tried again, after pauses that grow. ``close`` tries until its
    patience ends, then hands what is left to ``rescue``, and raises if there is none.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Event]], object],
        *,
        rescue: Callable[[Sequence[Event]], object] | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
        patience_at_end_seconds: float = PATIENCE_AT_END_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._write = write
        self._rescue = rescue
        self._patience = patience_seconds
        self._patience_at_end = patience_at_end_seconds
        self._clock = clock
        self._sleep = sleep
        self._waiting: list[Event] = []
        self._pause = 0.0
        self._again_at = 0.0
        self._lock = threading.RLock()
        self._dirty = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def append(self, event: Event) -> None:
        """Take an event."""
        with self._lock:
            self._waiting.append(event)
            waiting = len(self._waiting)
        if waiting >= BATCH:
            self.flush()
            if waiting >= MOST_WAITING:
                self._insist()
        elif not self._dirty.is_set():
            self._dirty.set()

    def flush(self) -> None:
        """Write what waits, unless the log has just refused it; then it stays until a pause is over."""
        with self._lock:
            if self._waiting and self._clock() >= self._again_at:
                self._try()

    def _try(self) -> StorageError | None:
        """Write what waits; the error if that is not possible now."""
        batch = self._waiting
        try:
            if batch:
                self._write(batch)
        except StorageError as error:
            self._pause = min(max(self._pause * 2, _FIRST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
            self._again_at = self._clock() + self._pause
            return error
        self._waiting = []
        self._pause = 0.0
        self._dirty.clear()
        return None

    def _insist(self) -> StorageError | None:
        """Write what waits, trying until the patience at the end is over; the last error if it is in vain."""
        give_up_at = self._clock() + self._patience_at_end
        while True:
            with self._lock:
                error = self._try()
                pause = self._pause
            if error is None or self._clock() + pause > give_up_at:
                return error
            self._sleep(pause)

    def start(self) -> None:
        """Begin to write, in the background, what waits for longer than the patience."""
        self._thread = threading.Thread(target=self._run, name="headwater-events", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._closed.is_set():
            self._dirty.wait()
            if not self._closed.wait(max(self._patience, self._pause)):
                self.flush()

    def close(self) -> None:
        """Write what waits and stop. Raises :class:`StorageError` when events are left and nobody rescues them."""
        self._closed.set()
        self._dirty.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        error = self._insist()
        if error is None:
            return
        left, self._waiting = self._waiting, []
        if self._rescue is None:
            raise error
        self._rescue(left)
