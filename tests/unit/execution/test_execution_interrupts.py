"""Interruptions for code that waits for something itself."""

from __future__ import annotations

import os
import signal

import pytest

from headwater import DagsterExecutionInterruptedError, raise_execution_interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_raises_inside_the_block(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(DagsterExecutionInterruptedError, match=number.name), raise_execution_interrupts():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
