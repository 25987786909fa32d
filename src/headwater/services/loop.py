"""Lets a service step: at the moments that it names, and when somebody wakes it."""

from __future__ import annotations

import logging
import threading

import msgspec

from headwater.model.error_info import ErrorInfo, build_error_info
from headwater.ports.clock import Clock
from headwater.services.service import Service

_log = logging.getLogger(__name__)
SECONDS_AFTER_A_FAILURE = 5.0


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """When a service last stepped (seconds since the epoch; None: not yet), and how its last step failed, if it did."""

    name: str
    stepped_at: float | None = None
    error: ErrorInfo | None = None


class ServiceLoop:
    """A thread for one service. What a step raises is logged, and the service goes on: it never dies silently.

    >>> loop = ServiceLoop(service, SystemClock())  # doctest: +SKIP
    >>> loop.start()  # doctest: +SKIP
    >>> loop.stop()  # doctest: +SKIP
    """

    def __init__(self, service: Service, clock: Clock) -> None:
        self.service = service
        self._clock = clock
        self._woken = threading.Event()
        self._stopping = False
        self.heartbeat = Heartbeat(name=service.name)
        self._thread = threading.Thread(target=self._run, name=f"headwater-{service.name}", daemon=True)

    def start(self) -> None:
        """Begin to step."""
        self._thread.start()

    def wake(self) -> None:
        """Let the service step now. Safe from any thread."""
        self._woken.set()

    def stop(self, timeout_seconds: float = 2.0) -> None:
        """Step no more; wait for the step that is under way."""
        self._stopping = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            failure = None
            try:
                at = self.service.step()
            except Exception as error:  # noqa: BLE001 - the next step may well succeed: a lock, a full disk
                failure = build_error_info(error)
                _log.exception(
                    "The %s failed; it goes on in %g s.", self.service.name, SECONDS_AFTER_A_FAILURE
                )
                at = self._clock.now() + SECONDS_AFTER_A_FAILURE
            self.heartbeat = Heartbeat(name=self.service.name, stepped_at=self._clock.now(), error=failure)
            if not self._stopping:
                self._woken.wait(max(0.0, at - self._clock.now()))
