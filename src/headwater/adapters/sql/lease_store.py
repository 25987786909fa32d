"""Leases in a database."""

from __future__ import annotations

from headwater.adapters.sql.database import Database
from headwater.adapters.sql.statements import load_statements
from headwater.ports.clock import Clock

_SQL = load_statements("ticks")


class SqlLeaseStore:
    """The port :class:`headwater.ports.lease_store.LeaseStore` over a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease for so long; False while another owner holds it."""
        now = self._clock.now()
        values = (name, owner, now + seconds, now)
        return self._database.write(lambda db: bool(db.execute(_SQL["acquire_lease"], values).rowcount))

    def release(self, name: str, owner: str) -> None:
        """Give a lease back, if ``owner`` holds it."""
        self._database.write(lambda db: db.execute(_SQL["release_lease"], (name, owner)))

    def holder(self, name: str) -> str | None:
        """Who holds a lease now."""
        rows = self._database.rows(_SQL["holder"], (name, self._clock.now()))
        return rows[0][0] if rows else None
