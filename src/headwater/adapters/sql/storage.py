"""The storage of an instance in a SQL database."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.adapters.sql.backfill_store import SqlBackfillStore
from headwater.adapters.sql.database import Database, Transaction
from headwater.adapters.sql.event_log import SqlEventLog
from headwater.adapters.sql.lease_store import LeaseClock, LocalLeaseClock, SqlLeaseStore
from headwater.adapters.sql.partition_status import SqlPartitionStatusStore
from headwater.adapters.sql.partition_store import SqlPartitionStore
from headwater.adapters.sql.run_store import SqlRunStore
from headwater.adapters.sql.schedule_store import SqlScheduleStore
from headwater.adapters.sql.statements import load_statements
from headwater.ports.clock import Clock

_SQL = load_statements("values")


class SqlStorage:
    """The port :class:`headwater.ports.storage.Storage` over a database, whose schema is up to date.

    Leases end by ``lease_clock``: where several machines share the database, by the clock of that.
    """

    is_shared = False
    """Whether processes on several machines may have it open."""

    def __init__(self, database: Database, clock: Clock, lease_clock: LeaseClock | None = None) -> None:
        self.database = database
        """The database itself, for tools and tests."""
        self._runs = SqlRunStore(database, clock)
        self._event_log = SqlEventLog(database, clock)
        self._schedules = SqlScheduleStore(database, self._runs, self._event_log)
        self._leases = SqlLeaseStore(database, lease_clock or LocalLeaseClock(clock))
        self._partitions = SqlPartitionStore(database)
        self._partition_status = SqlPartitionStatusStore(database)
        self._backfills = SqlBackfillStore(database, self._runs)

    @property
    def runs(self) -> SqlRunStore:
        """The run store."""
        return self._runs

    @property
    def event_log(self) -> SqlEventLog:
        """The event log."""
        return self._event_log

    @property
    def schedules(self) -> SqlScheduleStore:
        """How schedules and sensors stand, and their ticks."""
        return self._schedules

    @property
    def leases(self) -> SqlLeaseStore:
        """The leases."""
        return self._leases

    @property
    def partitions(self) -> SqlPartitionStore:
        """The dynamic partitions."""
        return self._partitions

    @property
    def partition_status(self) -> SqlPartitionStatusStore:
        """How partitions stand."""
        return self._partition_status

    @property
    def backfills(self) -> SqlBackfillStore:
        """The backfills."""
        return self._backfills

    @property
    def location(self) -> str:
        """Where the database is, for people."""
        return self.database.location

    def get_values(self, prefix: str = "") -> Mapping[str, str]:
        """Small named values whose names begin with ``prefix``."""
        return dict(self.database.rows(_SQL["get"], (prefix, prefix, prefix)))

    def set_values(self, values: Mapping[str, str | None]) -> None:
        """Set small named values; ``None`` removes one."""
        kept = [(name, value) for name, value in values.items() if value is not None]
        removed = [(name,) for name, value in values.items() if value is None]

        def write(db: Transaction) -> None:
            db.executemany(_SQL["set"], kept)
            db.executemany(_SQL["remove"], removed)

        self.database.write(write)

    def close(self) -> None:
        """Release the database. Calling it twice is fine."""
        self.database.close()
