"""Leases in memory."""

from __future__ import annotations

from headwater.adapters.memory.history import History


class MemoryLeaseStore:
    """The port :class:`headwater.ports.lease_store.LeaseStore` in plain Python."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._leases: dict[str, tuple[str, float]] = {}

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease for so long; False while another owner holds it."""
        with self._history.lock:
            if self.holder(name) not in (None, owner):
                return False
            self._leases[name] = (owner, self._history.clock.now() + seconds)
            return True

    def renew(self, name: str, owner: str, seconds: float) -> bool:
        """Prolong a lease; False when ``owner`` has it no more."""
        with self._history.lock:
            if self._leases.get(name, ("", 0.0))[0] != owner:
                return False
            self._leases[name] = (owner, self._history.clock.now() + seconds)
            return True

    def release(self, name: str, owner: str) -> None:
        """Give a lease back, if ``owner`` holds it."""
        with self._history.lock:
            if self._leases.get(name, ("", 0.0))[0] == owner:
                del self._leases[name]

    def holder(self, name: str) -> str | None:
        """Who holds a lease now."""
        owner, ends_at = self._leases.get(name, (None, 0.0))
        return owner if ends_at > self._history.clock.now() else None

    def lapsed(self, name: str, seconds: float) -> str | None:
        """Who held a lease that ended at least ``seconds`` ago, neither renewed nor given back."""
        owner, ends_at = self._leases.get(name, (None, 0.0))
        return owner if ends_at <= self._history.clock.now() - seconds else None
