"""Leases: who may do what nobody else may do at the same time, until when."""

from __future__ import annotations

from typing import Protocol


class LeaseStore(Protocol):
    """Named leases. A lease that is not renewed is free again when it ends."""

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease for so long; False while another owner holds it."""
        ...

    def renew(self, name: str, owner: str, seconds: float) -> bool:
        """Prolong a lease; False when ``owner`` has it no more: it was given back, or taken by another after its end."""
        ...

    def release(self, name: str, owner: str) -> None:
        """Give a lease back, if ``owner`` holds it."""
        ...

    def holder(self, name: str) -> str | None:
        """Who holds a lease now."""
        ...

    def lapsed(self, name: str, seconds: float) -> str | None:
        """Who held a lease that ended at least ``seconds`` ago, neither renewed (the store was there for that) nor given
        back; None while that cannot be said of anybody."""
        ...
