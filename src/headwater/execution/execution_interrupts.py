"""Interruptions for code of the user's that waits for something itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from headwater.execution.interrupt import Interrupts


@contextmanager
def raise_execution_interrupts() -> Iterator[None]:
    """Let SIGINT and SIGTERM raise ``DagsterExecutionInterruptedError`` while the block runs (in the main thread).

    >>> with raise_execution_interrupts():
    ...     cluster.wait_until_done(job_id)
    """
    with Interrupts() as interrupts, interrupts.heard():
        yield
