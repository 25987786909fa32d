"""Signals while a run is at work: heard, shielded, and given back."""

from __future__ import annotations

import os
import select
import signal

import pytest

from headwater.execution.interrupt import Interrupts
from headwater.model.errors import DagsterExecutionInterruptedError


def interrupt_myself() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_heard_at_once() -> None:
    with (
        Interrupts() as interrupts,
        pytest.raises(DagsterExecutionInterruptedError, match="SIGTERM"),
        interrupts.heard(),
    ):
        interrupt_myself()


def test_kept_for_later() -> None:
    with Interrupts() as interrupts:
        interrupt_myself()
        assert interrupts.requested == signal.SIGTERM
        with pytest.raises(DagsterExecutionInterruptedError), interrupts.heard():
            pytest.fail("the body does not begin")


def test_a_shielded_call_is_finished() -> None:
    done = []

    def write(value: int) -> None:
        interrupt_myself()
        done.append(value)

    with Interrupts() as interrupts:
        shielded = interrupts.shielded(write)
        with pytest.raises(DagsterExecutionInterruptedError), interrupts.heard():
            shielded(1)
    assert done == [1]


def test_those_who_wait_on_files_are_woken() -> None:
    with Interrupts() as interrupts:
        assert select.select([interrupts.wakeup], [], [], 0)[0] == []
        interrupt_myself()
        assert select.select([interrupts.wakeup], [], [], 0)[0] == [interrupts.wakeup]


def test_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Interrupts():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
