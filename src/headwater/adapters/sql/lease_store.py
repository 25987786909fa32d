"""Leases in a database."""

from __future__ import annotations

from typing import Protocol

from headwater.adapters.sql.database import Database
from headwater.adapters.sql.statements import load_statements
from headwater.ports.clock import Clock

_SQL = load_statements("ticks")


class LeaseClock(Protocol):
    """The time by which leases end."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        ...

    def up_since(self) -> float:
        """Since when leases can be renewed; nobody could while a server was down."""
        ...


class LocalLeaseClock:
    """Another clock as that of leases: where the database is a file, it is always there."""

    def __init__(self, clock: Clock) -> None:
        self.now = clock.now

    def up_since(self) -> float:
        """The beginning of time."""
        return 0.0


class SqlLeaseStore:
    """The port :class:`headwater.ports.lease_store.LeaseStore` over a database."""

    def __init__(self, database: Database, clock: LeaseClock) -> None:
        self._database = database
        self._clock = clock

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease for so long; False while another owner holds it."""
        now = self._clock.now()
        values = (name, owner, now + seconds, now)
        return self._database.write(lambda db: bool(db.execute(_SQL["acquire_lease"], values).rowcount))

    def renew(self, name: str, owner: str, seconds: float) -> bool:
        """Prolong a lease; False when ``owner`` has it no more."""
        values = (self._clock.now() + seconds, name, owner)
        return self._database.write(lambda db: bool(db.execute(_SQL["renew_lease"], values).rowcount))

    def release(self, name: str, owner: str) -> None:
        """Give a lease back, if ``owner`` holds it."""
        self._database.write(lambda db: db.execute(_SQL["release_lease"], (name, owner)))

    def holder(self, name: str) -> str | None:
        """Who holds a lease now."""
        rows = self._database.rows(_SQL["holder"], (name, self._clock.now()))
        return rows[0][0] if rows else None

    def lapsed(self, name: str, seconds: float) -> str | None:
        """Who held a lease that ended at least ``seconds`` ago, neither renewed nor given back."""
        before = self._clock.now() - seconds
        rows = self._database.rows(_SQL["lapsed_holder"], (name, before))
        return rows[0][0] if rows and self._clock.up_since() <= before else None
