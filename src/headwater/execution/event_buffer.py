"""Events on their way to the log: gathered into batches, never kept back for longer than a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from headwater.model.event import Event

PATIENCE_SECONDS = 0.25
"""How long an event may wait for others before it is written."""

BATCH = 1_000
"""How many events are gathered at most."""


class EventBuffer:
    """Gathers events and hands them on in batches: at ``flush``, when many wait, and a moment after the first.

    ``write`` gets each batch once, in order. It is called under a lock, from whichever thread flushes. A batch which
    cannot be written stays and is tried again with the next; ``close`` raises if it still cannot.
    """

    def __init__(
        self, write: Callable[[Sequence[Event]], object], patience: float = PATIENCE_SECONDS
    ) -> None:
        self._write = write
        self._patience = patience
        self._waiting: list[Event] = []
        self._lock = threading.RLock()
        self._dirty = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def append(self, event: Event) -> None:
        """Take an event."""
        with self._lock:
            self._waiting.append(event)
            full = len(self._waiting) >= BATCH
        if full:
            self.flush()
        elif not self._dirty.is_set():
            self._dirty.set()

    def flush(self) -> None:
        """Write what waits."""
        with self._lock:
            if self._waiting:
                batch = self._waiting
                self._write(batch)
                self._waiting = []
            self._dirty.clear()

    def start(self) -> None:
        """Begin to write, in the background, what waits for longer than the patience."""
        self._thread = threading.Thread(target=self._run, name="headwater-events", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._closed.is_set():
            self._dirty.wait()
            if not self._closed.wait(self._patience):
                self.flush()

    def close(self) -> None:
        """Write what waits and stop."""
        self._closed.set()
        self._dirty.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self.flush()
