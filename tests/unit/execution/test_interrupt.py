"""Signals while a run is at work: heard, shielded, and given back."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time

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


def test_the_error_says_which_signal() -> None:
    with (
        Interrupts() as interrupts,
        pytest.raises(DagsterExecutionInterruptedError) as raised,
        interrupts.heard(),
    ):
        interrupt_myself()
    assert raised.value.signal == signal.SIGTERM


TWICE = """
import os, select, signal, sys
from headwater.execution.interrupt import ONE_PRESS_SECONDS, Interrupts

with Interrupts() as interrupts:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGINT)
    print("one press", flush=True)
    select.select([], [], [], 2 * ONE_PRESS_SECONDS)
    os.kill(os.getpid(), signal.SIGINT)
    print("never", flush=True)
"""


def test_a_second_one_ends_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWICE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "one press\n"
    assert done.returncode == -signal.SIGINT


def test_in_a_session_a_second_one_raises_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    moments = iter([1.0, 2.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    with Interrupts():
        interrupt_myself()
        with pytest.raises(DagsterExecutionInterruptedError):
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
