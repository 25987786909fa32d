"""Tables of a lake: what the writer, the reader and the versions ask of a format, each of which answers in its file.

A table is a value: it stays what it was at its version, whatever others commit. Each write is one commit.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from headwater.definitions.stored_version import StoredVersion
from headwater.io.lake_condition import Condition
from headwater.io.lake_rows import LakeRows
from headwater.io.lake_type import LakeTypes
from headwater.io.table_slice import TableSlice


class CommitConflict(Exception):
    """Somebody else has committed to the table meanwhile, so that the write begins anew."""


class Commit(NamedTuple):
    """What is kept with a commit: the run that made it, the partitions that it wrote (None: the table), what tells an
    append from another, and the version that it made again."""

    run_id: str | None = None
    partitions: Sequence[str] | None = None
    append_id: str | None = None
    restored_version: str | None = None


class PastCommit(NamedTuple):
    """A commit of the past. ``is_ancestor`` says whether the table has come from it to what it is now."""

    version_id: str
    made_at: datetime.datetime
    commit: Commit
    size_bytes: int | None = None
    is_ancestor: bool = True


class LakeTable(ABC):
    """One table at one version."""

    location: str
    """Where it lies."""

    version_id: str
    """What the format calls its version."""

    schema: Any
    """The stored columns; their metadata remembers what they were."""

    native: Any
    """The table as the library of the format knows it."""

    @abstractmethod
    def scan(self, columns: Sequence[str], conditions: Sequence[Condition]) -> Iterator[Any]:
        """The rows as batches of Arrow with these columns, of the types that are stored."""

    @abstractmethod
    def count(self, conditions: Sequence[Condition]) -> int:
        """The number of rows."""

    @abstractmethod
    def has_appended(self, append_id: str) -> bool:
        """Whether a commit with this id has led to the table."""

    @abstractmethod
    def append(self, rows: LakeRows, commit: Commit) -> LakeTable:
        """Add rows; the table afterwards. This and the others take the columns of the rows for those of the table, and
        raise :class:`CommitConflict`."""

    @abstractmethod
    def replace(self, rows: LakeRows, conditions: Sequence[Condition], commit: Commit) -> LakeTable:
        """Put rows in the place of those that meet all conditions (of all, without one)."""

    @abstractmethod
    def merge(self, rows: LakeRows, keys: Sequence[str], commit: Commit) -> tuple[LakeTable, int, int]:
        """Update the columns that were given of rows with the same keys, and add the others; how many of either, those
        that are new first."""

    @abstractmethod
    def can_become(self, schema: Any) -> list[str]:
        """The columns that cannot get the types of another schema; none where all can."""

    @abstractmethod
    def history(self) -> list[PastCommit]:
        """The commits that changed rows, oldest first."""

    @abstractmethod
    def restore(self, version_id: str, commit: Commit) -> LakeTable:
        """Make another version the current one, in one step."""


class Lake(ABC):
    """Where tables of one format lie."""

    types: LakeTypes
    storage_kind: str

    @abstractmethod
    def session(self) -> AbstractContextManager[Any]:
        """What a use of the lake happens within: what the library raises becomes an error that says what to do."""

    @abstractmethod
    def place(self, table_slice: TableSlice) -> str:
        """Where a table lies, or would, in words."""

    @abstractmethod
    def find(self, table_slice: TableSlice, version_id: str | None = None) -> LakeTable | None:
        """A table, now or at a version; None where there is none."""

    @abstractmethod
    def create(
        self, table_slice: TableSlice, rows: LakeRows, partition_by: Sequence[str], commit: Commit
    ) -> LakeTable:
        """Make a table of rows, in one commit. Raises :class:`CommitConflict` where there is one already."""


def versions_of(history: Iterable[PastCommit], partition: str | None) -> list[StoredVersion]:
    """The versions of a table, or of one partition of it, oldest first. What was made again is not another version."""
    listed: list[PastCommit] = []
    held_at: dict[str, str | None] = {}
    current: str | None = None
    for past in history:
        commit, held = past.commit, current
        if commit.partitions is None or partition is None or partition in commit.partitions:
            if commit.restored_version is None:
                listed.append(past)
                held = past.version_id
            else:
                held = held_at.get(commit.restored_version, commit.restored_version)
        held_at[past.version_id] = held
        if past.is_ancestor:
            current = held
    return [
        StoredVersion(
            version_id=past.version_id,
            stored_at=past.made_at,
            run_id=past.commit.run_id,
            size_bytes=past.size_bytes,
            is_current=past.version_id == current,
        )
        for past in listed
    ]
