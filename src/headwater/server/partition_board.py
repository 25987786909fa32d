"""The status of all partitions of an asset, in the order of their keys, kept in mind and brought up to date by changes.

The first look at an asset works out its keys and reads every status; from then on only what changed is read. So a bar over
100,000 partitions, or a page of the few that are missing among them, costs next to nothing.
"""

from __future__ import annotations

import enum
import re
import threading
from collections.abc import Collection, Iterator

import msgspec

from headwater.model.key import AssetKey
from headwater.model.partition_status import AssetPartitionStatus
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.ports.partition_status_store import PartitionStatusStore


class PartitionState(enum.Enum):
    """How a partition stands; ``missing`` is one that nobody has tried to make."""

    MISSING = "missing"
    MATERIALIZED = "materialized"
    FAILED = "failed"
    IN_PROGRESS = "in_progress"


STATE_OF = {
    None: PartitionState.MISSING,
    AssetPartitionStatus.MATERIALIZED: PartitionState.MATERIALIZED,
    AssetPartitionStatus.FAILED: PartitionState.FAILED,
    AssetPartitionStatus.IN_PROGRESS: PartitionState.IN_PROGRESS,
}
_STATES = list(PartitionState)
_BYTE_OF = {status: _STATES.index(state) for status, state in STATE_OF.items()}
_RUNS = re.compile(rb"(.)\1*", re.DOTALL)


class PartitionSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Neighbouring partitions, from key to key: ``size`` of them, so many in each state."""

    start: str
    end: str
    size: int
    counts: dict[str, int]


class AssetBoard:
    """The partitions of one asset: their ``keys``, and a byte for the state of each."""

    def __init__(self, definition: PartitionsDefinition) -> None:
        self.definition = definition
        self.keys = list(definition.get_partition_keys())
        self._places = {key: place for place, key in enumerate(self.keys)}
        self._bytes = bytearray(len(self.keys))
        self._cursor: tuple[int, int] | None = None

    def follow(self, key: AssetKey, store: PartitionStatusStore) -> None:
        """Take over what changed."""
        changes = store.changes(key, self._cursor)
        if changes.is_anew:
            self._bytes = bytearray(len(self.keys))
        for partition, status in changes.changed:
            place = self._places.get(partition)
            if place is not None:
                self._bytes[place] = _BYTE_OF[status]
        self._cursor = changes.cursor

    def find(
        self, states: Collection[PartitionState], search: str, after: int, *, backwards: bool = False
    ) -> Iterator[int]:
        """The places from ``after`` on (excluded) that stand in one of the states (any, when none is named), and in whose
        keys the text is."""
        wanted = b"".join(b"\\x%02x" % _STATES.index(state) for state in states or _STATES)
        if backwards:
            found: Iterator[int] = (
                place for place in range(after - 1, -1, -1) if not states or self.state(place) in states
            )
        else:
            pattern = re.compile(b"[" + wanted + b"]")
            found = (match.start() for match in pattern.finditer(self._bytes, after + 1))
        return (place for place in found if search in self.keys[place]) if search else found

    def state(self, place: int) -> PartitionState:
        """How the partition at a place stands."""
        return _STATES[self._bytes[place]]

    def spans(self, most: int) -> list[PartitionSpan]:
        """All partitions as spans of one state each; where that would be more than ``most``, as so many of equal size."""
        runs = []
        for match in _RUNS.finditer(self._bytes):
            runs.append(match.span())
            if len(runs) > most:
                size = -(-len(self.keys) // most)
                runs = [(low, min(low + size, len(self.keys))) for low in range(0, len(self.keys), size)]
                break
        return [self._span(low, high) for low, high in runs]

    def _span(self, low: int, high: int) -> PartitionSpan:
        part = self._bytes[low:high]
        counts = {state.value: part.count(number) for number, state in enumerate(_STATES)}
        return PartitionSpan(
            start=self.keys[low],
            end=self.keys[high - 1],
            size=high - low,
            counts={state: count for state, count in counts.items() if count},
        )


class PartitionBoard:
    """The boards of the assets that somebody looked at."""

    def __init__(self, store: PartitionStatusStore) -> None:
        self._store = store
        self._boards: dict[AssetKey, AssetBoard] = {}
        self._lock = threading.Lock()

    def of(self, key: AssetKey, definition: PartitionsDefinition) -> AssetBoard:
        """The board of an asset, as of now."""
        with self._lock:
            known = self._boards.get(key)
            if known is None or not _is_current(known, definition):
                known = self._boards[key] = AssetBoard(definition)
            known.follow(key, self._store)
            return known


def _is_current(board: AssetBoard, definition: PartitionsDefinition) -> bool:
    """Whether the keys are still those that there are: compared by their number and both ends, without listing them."""
    count = definition.get_num_partitions()
    if board.definition != definition or count != len(board.keys):
        return False
    return not count or (
        board.keys[0] == definition.get_first_partition_key()
        and board.keys[-1] == definition.get_last_partition_key()
    )
