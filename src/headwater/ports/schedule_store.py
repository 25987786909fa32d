"""The schedule store: how schedules and sensors stand, and the history of their ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from headwater.model.event import Event
from headwater.model.run import DagsterRun
from headwater.model.tick import AutomationId, AutomationState, Tick, TickStatus


class RunToQueue(NamedTuple):
    """A run that a tick asks for, under the key by which it is launched once (None: this tick is all that names it)."""

    key: str | None
    run: DagsterRun


class ScheduleStore(Protocol):
    """The states and ticks of an instance's schedules and sensors."""

    def state(self, automation: AutomationId) -> AutomationState | None:
        """How it stands; None when nothing is known of it."""
        ...

    def states(self) -> dict[AutomationId, AutomationState]:
        """How all that are known stand."""
        ...

    def save_state(self, state: AutomationState) -> None:
        """Say how it stands. A tick that is recorded meanwhile is not undone: cursor and last times stay the tick's."""
        ...

    def set_cursor(self, automation: AutomationId, cursor: str | None) -> None:
        """Let the next tick begin at ``cursor``, as a user says; None: from the beginning."""
        ...

    def record_tick(
        self,
        tick: Tick,
        runs: Sequence[RunToQueue] = (),
        *,
        cursor: str | None = None,
        events: Sequence[Event] = (),
    ) -> Tick | None:
        """Record a tick with all that follows from it, in one transaction: its runs (queued), the cursor, asset events.

        A tick of a schedule is recorded once for its moment: None, and nothing is changed, where that has happened (a
        failed one may be recorded again). A run whose key was used before by the same schedule or sensor is not queued;
        it stands among the tick's ``known_run_ids``.
        """
        ...

    def ticks(
        self,
        automation: AutomationId,
        *,
        limit: int | None = None,
        before: int | None = None,
        statuses: Sequence[TickStatus] = (),
    ) -> list[Tick]:
        """The ticks of a schedule or sensor, newest first; ``before``: with smaller numbers only."""
        ...

    def prune_ticks(self, ended_before: float, statuses: Sequence[TickStatus], *, limit: int = 10_000) -> int:
        """Remove old ticks, so many at most; how many there were. Run keys stay: nothing is launched again."""
        ...
