"""The run store: which runs there are. Their status follows from events, so it has no way to set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from headwater.model.run import DagsterRun, RunRecord, RunsFilter


class RunStore(Protocol):
    """The runs of an instance."""

    def add(self, run: DagsterRun) -> RunRecord:
        """Record a new run. Raises :class:`DagsterRunAlreadyExists` when its id is taken."""
        ...

    def get(self, run_id: str) -> RunRecord | None:
        """The run of that id, if there is one."""
        ...

    def find(
        self,
        filter: RunsFilter | None = None,
        *,
        limit: int | None = None,
        before: str | None = None,
        ascending: bool = False,
    ) -> list[RunRecord]:
        """The runs that fit, newest first unless ``ascending``; ``before`` is a run id from which to go on.

        Raises :class:`DagsterRunNotFoundError` when there is no run ``before`` (it was deleted meanwhile).
        """
        ...

    def count(self, filter: RunsFilter | None = None) -> int:
        """How many runs fit."""
        ...

    def add_tags(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Add or replace tags. Raises :class:`DagsterRunNotFoundError`."""
        ...

    def delete(self, run_id: str) -> None:
        """Remove a run with its events and step states; an unknown id is fine.

        What is known of assets stays: the newest event about an asset or a partition is kept for it.
        """
        ...
