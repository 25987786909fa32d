"""Wakes those who wait for news: one look at the event log for all of them, and none while nobody waits."""

from __future__ import annotations

import asyncio
import logging

from starlette.concurrency import run_in_threadpool

from headwater.model.errors import StorageError
from headwater.ports.event_log import EventLog

_log = logging.getLogger(__name__)
_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_AFTER_A_FAILURE = 2.0


class LogPulse:
    """Watches the number of the newest event. Belongs to one event loop.

    Other processes append too, and cannot call here; so the number is asked for ten times a second: one
    indexed read, however many pages are open.
    """

    def __init__(
        self,
        event_log: EventLog,
        seconds_between_looks: float = _SECONDS_BETWEEN_LOOKS,
        seconds_after_a_failure: float = _SECONDS_AFTER_A_FAILURE,
    ) -> None:
        self._event_log = event_log
        self._seconds = seconds_between_looks
        self._seconds_after_a_failure = seconds_after_a_failure
        self._number = 0
        self._waiting = 0
        self._closed = False
        self._changed = asyncio.Condition()
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.nudges = 0

    async def read_number(self) -> int:
        """The number of the newest event, now."""
        return await run_in_threadpool(self._event_log.append, [])

    async def wait_above(self, number: int, timeout_seconds: float) -> int | None:
        """The newest number once it is above ``number``; ``number`` after the timeout, None when closed."""
        self._waiting += 1
        self._loop = asyncio.get_running_loop()
        nudges = self.nudges
        try:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            async with asyncio.timeout(timeout_seconds), self._changed:
                await self._changed.wait_for(
                    lambda: self._closed or self._number > number or self.nudges != nudges
                )
            return None if self._closed else max(self._number, number)
        except TimeoutError:
            return number
        finally:
            self._waiting -= 1

    def nudge(self) -> None:
        """Something that no event tells has changed (the definitions). Safe from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: asyncio.ensure_future(self._nudge()))

    async def _nudge(self) -> None:
        async with self._changed:
            self.nudges += 1
            self._changed.notify_all()

    async def close(self) -> None:
        """Let everybody who waits go."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def _look(self) -> None:
        while self._waiting and not self._closed:
            pause = self._seconds
            try:
                number = await self.read_number()
            except StorageError as error:
                _log.warning("The event log cannot be read; trying again: %s", error)
                number, pause = self._number, self._seconds_after_a_failure
            if number != self._number:
                async with self._changed:
                    self._number = number
                    self._changed.notify_all()
            await asyncio.sleep(pause)
