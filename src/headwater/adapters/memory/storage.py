"""The storage of an instance in memory: gone with the process."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.adapters.memory.backfill_store import MemoryBackfillStore
from headwater.adapters.memory.event_log import MemoryEventLog
from headwater.adapters.memory.history import History
from headwater.adapters.memory.lease_store import MemoryLeaseStore
from headwater.adapters.memory.partition_status import MemoryPartitionStatusStore
from headwater.adapters.memory.partition_store import MemoryPartitionStore
from headwater.adapters.memory.run_store import MemoryRunStore
from headwater.adapters.memory.schedule_store import MemoryScheduleStore
from headwater.ports.clock import Clock, SystemClock


class MemoryStorage:
    """The port :class:`headwater.ports.storage.Storage` in plain Python.

    >>> MemoryStorage().runs.count()
    0
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._history = History(clock or SystemClock())
        self._runs = MemoryRunStore(self._history)
        self._event_log = MemoryEventLog(self._history)
        self._schedules = MemoryScheduleStore(self._history, self._runs)
        self._leases = MemoryLeaseStore(self._history)
        self._partitions = MemoryPartitionStore(self._history)
        self._partition_status = MemoryPartitionStatusStore(self._history)
        self._backfills = MemoryBackfillStore(self._history, self._runs)

    @property
    def runs(self) -> MemoryRunStore:
        """The run store."""
        return self._runs

    @property
    def event_log(self) -> MemoryEventLog:
        """The event log."""
        return self._event_log

    @property
    def schedules(self) -> MemoryScheduleStore:
        """How schedules and sensors stand, and their ticks."""
        return self._schedules

    @property
    def leases(self) -> MemoryLeaseStore:
        """The leases."""
        return self._leases

    @property
    def partitions(self) -> MemoryPartitionStore:
        """The dynamic partitions."""
        return self._partitions

    @property
    def partition_status(self) -> MemoryPartitionStatusStore:
        """How partitions stand."""
        return self._partition_status

    @property
    def backfills(self) -> MemoryBackfillStore:
        """The backfills."""
        return self._backfills

    @property
    def location(self) -> str:
        """``memory``."""
        return "memory"

    @property
    def is_shared(self) -> bool:
        """It is this process's own."""
        return False

    def get_values(self, prefix: str = "") -> Mapping[str, str]:
        """Small named values whose names begin with ``prefix``."""
        with self._history.lock:
            values = self._history.values
            return {name: values[name] for name in sorted(values) if name.startswith(prefix)}

    def set_values(self, values: Mapping[str, str | None]) -> None:
        """Set small named values; ``None`` removes one."""
        with self._history.lock:
            for name, value in values.items():
                if value is None:
                    self._history.values.pop(name, None)
                else:
                    self._history.values[name] = value

    def close(self) -> None:
        """Nothing to release."""
