"""What all services have in common: a step that never blocks, and the moment of the next one."""

from __future__ import annotations

from typing import Protocol


class Service(Protocol):
    """A small machine that decides when something is to happen. It holds no thread and no clock of its own."""

    @property
    def name(self) -> str:
        """What it is called in logs."""
        ...

    def step(self) -> float:
        """Do what is due now. The moment (seconds since the epoch) at which to call again, if nothing wakes it before."""
        ...
