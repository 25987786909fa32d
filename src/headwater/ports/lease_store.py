"""Leases: who may do what nobody else may do at the same time, until when."""

from __future__ import annotations

from typing import Protocol


class LeaseStore(Protocol):
    """Named leases. A lease that is not renewed is free again when it ends."""

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease for so long; False while another owner holds it."""
        ...

    def release(self, name: str, owner: str) -> None:
        """Give a lease back, if ``owner`` holds it."""
        ...

    def holder(self, name: str) -> str | None:
        """Who holds a lease now."""
        ...
