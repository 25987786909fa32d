"""Who waits for news is woken by it, by the end of patience, or by the end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.errors import StorageError
from headwater.model.event import Event, EventKind
from headwater.ports.event_log import EventLog
from headwater.server.log_pulse import LogPulse

NEWS = [Event(kind=EventKind.LOG, run_id="")]
LONG = 30.0


def test_everybody_who_waits_is_woken_by_one_append() -> None:
    async def story() -> list[int | None]:
        log = MemoryStorage().event_log
        pulse = LogPulse(log, 0)
        waiting = [asyncio.create_task(pulse.wait_above(0, LONG)) for _ in range(3)]
        await asyncio.sleep(0)
        log.append(NEWS)
        return await asyncio.gather(*waiting)

    assert asyncio.run(story()) == [1, 1, 1]


def test_what_is_there_already_is_not_waited_for() -> None:
    async def story() -> int | None:
        log = MemoryStorage().event_log
        log.append(NEWS * 5)
        return await LogPulse(log, 0).wait_above(3, LONG)

    assert asyncio.run(story()) == 5


def test_patience_ends() -> None:
    async def story() -> int | None:
        return await LogPulse(MemoryStorage().event_log, 0).wait_above(7, 0)

    assert asyncio.run(story()) == 7


def test_the_end_lets_everybody_go_and_nobody_wait_again() -> None:
    async def story() -> list[int | None]:
        pulse = LogPulse(MemoryStorage().event_log, 0)
        waiting = asyncio.create_task(pulse.wait_above(0, LONG))
        await asyncio.sleep(0)
        await pulse.close()
        return [await waiting, await pulse.wait_above(0, LONG)]

    assert asyncio.run(story()) == [None, None]


def test_it_looks_only_while_somebody_waits() -> None:
    class Counted:
        looks = 0

        def append(self, events: Sequence[Event]) -> int:
            self.looks += 1
            return self.looks if self.looks > 2 else 0

    async def story() -> tuple[int, int]:
        log = Counted()
        pulse = LogPulse(log, 0)  # type: ignore[arg-type]
        await pulse.wait_above(0, LONG)
        for _ in range(20):  # lets the last look see that nobody waits any more
            await asyncio.sleep(0)
        before = log.looks
        for _ in range(100):
            await asyncio.sleep(0)
        return before, log.looks

    before, after = asyncio.run(story())
    assert before == after


def test_a_log_that_cannot_be_read_for_a_moment_is_read_again(caplog: pytest.LogCaptureFixture) -> None:
    class Flaky:
        def __init__(self, log: EventLog) -> None:
            self.log = log
            self.failed = False

        def append(self, events: Sequence[Event]) -> int:
            if not self.failed:
                self.failed = True
                raise StorageError("the disk is away")
            return self.log.append(events)

    async def story() -> int | None:
        log = MemoryStorage().event_log
        log.append(NEWS)
        return await LogPulse(Flaky(log), 0, 0).wait_above(0, LONG)  # type: ignore[arg-type]

    assert asyncio.run(story()) == 1
    assert "the disk is away" in caplog.text
