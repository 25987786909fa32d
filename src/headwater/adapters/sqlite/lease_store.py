"""Leases in SQLite."""

from __future__ import annotations

from headwater.adapters.sqlite.database import Database
from headwater.adapters.sqlite.statements import load_statements
from headwater.ports.clock import Clock

_SQL = load_statements("ticks")


class SqliteLeaseStore:
    """The port :class:`headwater.ports.lease_store.LeaseStore` over one SQLite file."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def acquire(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease for so long; False while another owner holds it."""
        now = self._clock.now()
        with self._database.transaction() as db:
            return bool(db.execute(_SQL["acquire_lease"], (name, owner, now + seconds, now)).rowcount)

    def release(self, name: str, owner: str) -> None:
        """Give a lease back, if ``owner`` holds it."""
        with self._database.transaction() as db:
            db.execute(_SQL["release_lease"], (name, owner))

    def holder(self, name: str) -> str | None:
        """Who holds a lease now."""
        rows = self._database.rows(_SQL["holder"], (name, self._clock.now()))
        return rows[0][0] if rows else None
