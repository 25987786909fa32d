"""Partitions as values: keys, ranges of keys, the span of time behind them, and how many of them one run takes."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from typing import Any, NamedTuple

from headwater.model.errors import CheckError, DagsterInvalidDefinitionError

PARTITION_TAG = "dagster/partition"
"""The tag of a run of one partition: its key."""

PARTITION_SET_TAG = "dagster/partition_set"
RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"
"""The tags of one run of several partitions: the first and the last key."""

SEPARATOR = "|"
"""What stands between the dimensions of a key."""

_RANGE = "..."
_NOT_IN_KEYS = (_RANGE, "\a", "\b", "\f", "\n", "\r", "\t", "\v", "\0")


class PartitionKeyRange(NamedTuple):
    """The first and the last key of a range, both included."""

    start: str
    end: str


class TimeWindow(NamedTuple):
    """A span of time: from ``start`` (included) to ``end`` (excluded)."""

    start: datetime.datetime
    end: datetime.datetime


class MultiPartitionKey(str):
    """The key of a partition of several dimensions: a string, with the key of each dimension at hand.

    >>> key = MultiPartitionKey({"region": "eu", "date": "2024-05-01"})
    >>> str(key), key.keys_by_dimension["region"]
    ('2024-05-01|eu', 'eu')
    """

    keys_by_dimension: dict[str, str]

    def __new__(cls, keys_by_dimension: Mapping[str, str]) -> MultiPartitionKey:
        ordered = {name: keys_by_dimension[name] for name in sorted(keys_by_dimension)}
        for name, key in ordered.items():
            if not isinstance(key, str):
                raise CheckError(f'The key of the dimension "{name}" is text, not {key!r}.')
        made = super().__new__(cls, SEPARATOR.join(ordered.values()))
        made.keys_by_dimension = ordered
        return made

    def __getnewargs__(self) -> tuple[Mapping[str, str]]:  # type: ignore[override]
        return (self.keys_by_dimension,)


class Partition:
    """One partition as older code sees it: a value, and its name."""

    def __init__(self, value: Any, name: str | None = None) -> None:
        self.value = value
        self.name = str(value) if name is None else name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Partition) and (self.value, self.name) == (other.value, other.name)

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Partition({self.value!r}, {self.name!r})"


class BackfillPolicyType(enum.Enum):
    """Whether a backfill makes its partitions in one run or in several."""

    SINGLE_RUN = "SINGLE_RUN"
    MULTI_RUN = "MULTI_RUN"


class BackfillPolicy(NamedTuple):
    """How many partitions of an asset one run of a backfill makes; ``None``: all of them.

    >>> BackfillPolicy.single_run().max_partitions_per_run is None
    True
    >>> BackfillPolicy.multi_run(max_partitions_per_run=30).policy_type.name
    'MULTI_RUN'
    """

    max_partitions_per_run: int | None = 1

    @staticmethod
    def single_run() -> BackfillPolicy:
        """One run makes all partitions."""
        return BackfillPolicy(None)

    @staticmethod
    def multi_run(max_partitions_per_run: int = 1) -> BackfillPolicy:
        """Each run makes up to ``max_partitions_per_run`` partitions."""
        return BackfillPolicy(max_partitions_per_run)

    @property
    def policy_type(self) -> BackfillPolicyType:
        """Which of the two it is."""
        single = self.max_partitions_per_run is None
        return BackfillPolicyType.SINGLE_RUN if single else BackfillPolicyType.MULTI_RUN


def check_partition_key(key: Any, what: str) -> str:
    """``key`` itself, if a partition can have it. Raises, naming ``what``, for what is no text or cannot be typed."""
    if not isinstance(key, str):
        raise CheckError(f"{what}: the keys of partitions are text, not {key!r}.")
    for text in _NOT_IN_KEYS:
        if text in key:
            raise DagsterInvalidDefinitionError(
                f"{what}: {key!r} cannot be the key of a partition, because {text!r} is in it."
            )
    return key


def parse_key_range(text: str) -> PartitionKeyRange:
    """The range that ``A...B`` names. Raises :class:`CheckError` for what is none.

    >>> parse_key_range("2024-05-01...2024-05-07").end
    '2024-05-07'
    """
    start, dots, end = text.partition(_RANGE)
    if not (start and dots and end):
        raise CheckError(f'"{text}" is no range of partitions. Write the first and the last: FIRST...LAST.')
    return PartitionKeyRange(start, end)
