"""Something that is done again and again beside the step, until the session ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Background:
    """Calls ``work`` every ``interval`` seconds in a thread, and once more at the end.

    What ``work`` raises ends the thread and goes to ``report``. A context manager.
    """

    def __init__(
        self, work: Callable[[], None], report: Callable[[Exception], None], interval: float, name: str
    ) -> None:
        self._work = work
        self._report = report
        self._interval = interval
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._done.wait(self._interval):
                self._work()
            self._work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the session has to tell it
            self._report(error)
