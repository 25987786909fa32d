"""Partitions as I/O managers see them: keys, ranges of keys, and the span of time behind them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple, Protocol


class PartitionKeyRange(NamedTuple):
    """The first and the last key of a range, both included."""

    start: str
    end: str


class TimeWindow(NamedTuple):
    """A span of time: from ``start`` (included) to ``end`` (excluded)."""

    start: datetime.datetime
    end: datetime.datetime


class PartitionsDefinition(Protocol):
    """What the context of an I/O manager asks of the partitions definition of its asset."""

    def get_partition_keys_in_range(self, partition_key_range: PartitionKeyRange) -> Sequence[str]:
        """The keys from the first to the last of a range."""
        ...

    def time_window_for_partition_keys(self, partition_keys: Sequence[str]) -> TimeWindow:
        """The span of time which the keys cover; only of time-based partitions."""
        ...
