"""The thread that lets a service step."""

from __future__ import annotations

import logging
import threading

import pytest

from headwater.ports.clock import SystemClock
from headwater.services.loop import ServiceLoop


class Counting:
    name = "counting"

    def __init__(self, fails: bool = False) -> None:
        self.steps = threading.Semaphore(0)
        self.fails = fails

    def step(self) -> float:
        self.steps.release()
        if self.fails:
            raise OSError("disk full")
        return SystemClock().now() + 3600


def test_a_loop_steps_at_once_and_when_it_is_woken() -> None:
    service = Counting()
    loop = ServiceLoop(service, SystemClock())
    loop.start()
    assert service.steps.acquire(timeout=5)
    loop.wake()
    assert service.steps.acquire(timeout=5)
    loop.stop()
    loop.wake()
    assert not service.steps.acquire(timeout=0.05)


def test_a_step_that_raises_is_logged_and_the_loop_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    service = Counting(fails=True)
    loop = ServiceLoop(service, SystemClock())
    with caplog.at_level(logging.ERROR):
        loop.start()
        assert service.steps.acquire(timeout=5)
        loop.wake()
        assert service.steps.acquire(timeout=5)
        loop.stop()
    assert "disk full" in caplog.text
