"""The storage of an instance: runs, events, schedules, leases and dynamic partitions, and where they live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from headwater.ports.backfill_store import BackfillStore
from headwater.ports.event_log import EventLog
from headwater.ports.lease_store import LeaseStore
from headwater.ports.partition_status_store import PartitionStatusStore
from headwater.ports.partition_store import PartitionStore
from headwater.ports.run_store import RunStore
from headwater.ports.schedule_store import ScheduleStore


class Storage(Protocol):
    """Stores which share their transactions."""

    @property
    def runs(self) -> RunStore:
        """The run store."""
        ...

    @property
    def event_log(self) -> EventLog:
        """The event log."""
        ...

    @property
    def schedules(self) -> ScheduleStore:
        """How schedules and sensors stand, and their ticks."""
        ...

    @property
    def leases(self) -> LeaseStore:
        """The leases."""
        ...

    @property
    def partitions(self) -> PartitionStore:
        """The dynamic partitions."""
        ...

    @property
    def partition_status(self) -> PartitionStatusStore:
        """How partitions stand."""
        ...

    @property
    def backfills(self) -> BackfillStore:
        """The backfills."""
        ...

    @property
    def location(self) -> str:
        """Where the history lives, for people (a path, or ``memory``)."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether processes on several machines may have it open."""
        ...

    def get_values(self, prefix: str = "") -> Mapping[str, str]:
        """Small named values (cursors, settings) whose names begin with ``prefix``."""
        ...

    def set_values(self, values: Mapping[str, str | None]) -> None:
        """Set small named values; ``None`` removes one."""
        ...

    def close(self) -> None:
        """Release files and connections. Calling it twice is fine."""
        ...
