"""The schedule store in memory."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from headwater.adapters.memory.history import History
from headwater.adapters.memory.run_store import MemoryRunStore
from headwater.model.event import Event
from headwater.model.tick import AutomationId, AutomationKind, AutomationState, Tick, TickStatus
from headwater.ports.schedule_store import RunToQueue


class MemoryScheduleStore:
    """The port :class:`headwater.ports.schedule_store.ScheduleStore` in plain Python."""

    def __init__(self, history: History, runs: MemoryRunStore) -> None:
        self._history = history
        self._runs = runs
        self._states: dict[AutomationId, AutomationState] = {}
        self._ticks: list[Tick] = []
        self._ticks_added = 0
        self._run_keys: dict[tuple[AutomationId, str], str] = {}

    def state(self, automation: AutomationId) -> AutomationState | None:
        """How it stands; None when nothing is known of it."""
        return self._states.get(automation)

    def states(self) -> dict[AutomationId, AutomationState]:
        """How all that are known stand."""
        return dict(self._states)

    def save_state(self, state: AutomationState) -> None:
        """Say how it stands; cursor and last times stay what the ticks have made them."""
        with self._history.lock:
            known = self._states.get(state.automation, AutomationState(automation=state.automation))
            self._states[state.automation] = msgspec.structs.replace(
                known, switched=state.switched, since=state.since, definition=state.definition
            )

    def set_cursor(self, automation: AutomationId, cursor: str | None) -> None:
        """Let the next tick begin at ``cursor``."""
        with self._history.lock:
            known = self._states.get(automation, AutomationState(automation=automation))
            self._states[automation] = msgspec.structs.replace(known, cursor=cursor)

    def record_tick(
        self,
        tick: Tick,
        runs: Sequence[RunToQueue] = (),
        *,
        cursor: str | None = None,
        events: Sequence[Event] = (),
    ) -> Tick | None:
        """Record a tick with its runs, its cursor and asset events; None where its moment was taken."""
        with self._history.lock:
            if tick.kind is AutomationKind.SCHEDULE and not self._take_moment(tick):
                return None
            self._ticks_added += 1
            tick = msgspec.structs.replace(self._queue(tick, runs), number=self._ticks_added)
            self._ticks.append(tick)
            known = self._states.get(tick.automation, AutomationState(automation=tick.automation))
            keys = [each.key for each in runs if each.key is not None and each.run.run_id in tick.run_ids]
            self._states[tick.automation] = msgspec.structs.replace(
                known,
                cursor=known.cursor if cursor is None else cursor,
                last_due_at=max(known.last_due_at or 0, tick.due_at),
                last_ended_at=tick.ended_at,
                last_run_key=keys[-1] if keys else known.last_run_key,
            )
            if events:
                self._history.append(events)
            return tick

    def _take_moment(self, tick: Tick) -> bool:
        """Whether the moment is free for the tick; the record of a failure makes room."""
        for index, known in enumerate(self._ticks):
            if (known.automation, known.due_at) == (tick.automation, tick.due_at):
                if known.status is not TickStatus.FAILURE or known.attempts >= tick.attempts:
                    return False
                del self._ticks[index]
                return True
        return True

    def _queue(self, tick: Tick, runs: Sequence[RunToQueue]) -> Tick:
        queued: list[str] = []
        known: list[str] = []
        for key, run in runs:
            if key is not None:
                holder = self._run_keys.setdefault((tick.automation, key), run.run_id)
                if holder != run.run_id:
                    known.append(holder)
                    continue
            self._runs.add(run)
            queued.append(run.run_id)
        return msgspec.structs.replace(tick, run_ids=queued, known_run_ids=known)

    def ticks(
        self,
        automation: AutomationId,
        *,
        limit: int | None = None,
        before: int | None = None,
        statuses: Sequence[TickStatus] = (),
    ) -> list[Tick]:
        """The ticks of a schedule or sensor, newest first."""
        with self._history.lock:
            return [
                tick
                for tick in reversed(self._ticks)
                if tick.automation == automation
                and (before is None or tick.number < before)
                and (not statuses or tick.status in statuses)
            ][:limit]

    def prune_ticks(self, ended_before: float, statuses: Sequence[TickStatus], *, limit: int = 10_000) -> int:
        """Remove old ticks, so many at most; how many there were."""
        with self._history.lock:
            old = [each for each in self._ticks if each.ended_at < ended_before and each.status in statuses]
            gone = {each.number for each in sorted(old, key=lambda each: each.ended_at)[:limit]}
            self._ticks = [each for each in self._ticks if each.number not in gone]
            return len(gone)
