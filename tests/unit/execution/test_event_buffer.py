"""The event buffer: batches in order, and a log that refuses them for a while."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from headwater.execution.event_buffer import BATCH, EventBuffer
from headwater.model.errors import StorageError, StorageLockedError
from headwater.model.event import Event, EventKind


class Log:
    """A log that refuses the next ``refusals`` batches, and a clock which only its sleeping moves."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.batches: list[list[Event]] = []
        self.now = 0.0
        self.pauses: list[float] = []
        self.written = threading.Event()

    def write(self, events: Sequence[Event]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StorageLockedError("locked")
        self.batches.append(list(events))
        self.written.set()

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def buffer(self, rescued: list[Event] | None = None) -> EventBuffer:
        return EventBuffer(
            self.write,
            rescue=rescued.extend if rescued is not None else None,
            patience_at_end_seconds=10.0,
            clock=lambda: self.now,
            sleep=self.sleep,
        )

    @property
    def messages(self) -> list[str]:
        return [event.message for batch in self.batches for event in batch]


def event(number: int) -> Event:
    return Event(kind=EventKind.LOG, run_id="r1", message=str(number))


def test_a_flush_writes_one_batch_in_order() -> None:
    log = Log()
    buffer = log.buffer()
    for number in range(3):
        buffer.append(event(number))
    assert log.batches == []
    buffer.flush()
    buffer.flush()
    assert len(log.batches) == 1
    assert log.messages == ["0", "1", "2"]


def test_many_events_are_written_without_a_flush() -> None:
    log = Log()
    buffer = log.buffer()
    for number in range(BATCH):
        buffer.append(event(number))
    assert len(log.messages) == BATCH


def test_what_is_refused_stays_and_is_written_later_in_order() -> None:
    log = Log(refusals=1)
    buffer = log.buffer()
    buffer.append(event(0))
    buffer.flush()  # refused, and nobody hears of it
    buffer.append(event(1))
    buffer.flush()  # not tried again at once
    assert log.batches == []
    log.now += 1.0
    buffer.flush()
    assert log.messages == ["0", "1"]


def test_the_end_waits_for_the_log() -> None:
    log = Log(refusals=5)
    buffer = log.buffer()
    buffer.append(event(0))
    buffer.close()
    assert log.messages == ["0"]
    assert log.pauses == sorted(log.pauses)  # the pauses grow
    assert len(log.pauses) == 5


def test_what_cannot_be_written_at_the_end_is_rescued() -> None:
    log = Log(refusals=1_000)
    rescued: list[Event] = []
    buffer = log.buffer(rescued)
    buffer.append(event(0))
    buffer.close()
    assert [each.message for each in rescued] == ["0"]
    assert sum(log.pauses) <= 10.0


def test_what_nobody_rescues_is_an_error() -> None:
    log = Log(refusals=1_000)
    buffer = log.buffer()
    buffer.append(event(0))
    with pytest.raises(StorageError, match="locked"):
        buffer.close()


def test_an_event_does_not_wait_for_a_flush_for_long() -> None:
    log = Log()
    buffer = EventBuffer(log.write, patience_seconds=0.01)
    buffer.start()
    buffer.append(event(0))
    assert log.written.wait(10)
    buffer.close()
    assert log.messages == ["0"]
