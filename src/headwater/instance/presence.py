"""Which supervisors are at work on a history, and how they are: each says so of itself, every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from headwater.instance.run_lease import Holder, is_alive
from headwater.model.codec import decode, encode
from headwater.model.event import new_run_id
from headwater.ports.clock import Clock
from headwater.ports.storage import Storage
from headwater.services.loop import Heartbeat

_PREFIX = "supervisor/"
_SECONDS_BETWEEN = 5.0
_SILENT_SECONDS = 30.0
_FORGOTTEN_SECONDS = 3600.0


class SupervisorState(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor, as it was at ``seen_at``. ``command`` is the one that started it: ``dev`` or ``up``."""

    process: Holder
    command: str
    started_at: float
    seen_at: float
    url: str | None = None
    leads: bool = False
    locations: Mapping[str, str | None] = {}
    """What is wrong with the code of each location, or None."""
    services: Sequence[Heartbeat] = ()

    def is_there(self, now: float) -> bool:
        """Whether it can be believed to be at work still."""
        if self.process.is_here and not is_alive(self.process.pid):
            return False
        return now - self.seen_at < _SILENT_SECONDS


class Presence:
    """Says of a supervisor that it is there. ``look`` describes it. Itself a service."""

    name = "presence"

    def __init__(self, storage: Storage, clock: Clock, look: Callable[[float], SupervisorState]) -> None:
        self._storage = storage
        self._clock = clock
        self._look = look
        self._key = _PREFIX + new_run_id()

    def step(self) -> float:
        """Say so again, and remove those that are gone."""
        now = self._clock.now()
        known = _states(self._storage)
        gone = [key for key, state in known.items() if _is_gone(state, now)]
        self._storage.set_values({self._key: encode(self._look(now)).decode(), **dict.fromkeys(gone)})
        return now + _SECONDS_BETWEEN

    def end(self) -> None:
        """Say that it is there no more."""
        self._storage.set_values({self._key: None})


def list_supervisors(storage: Storage, now: float) -> list[SupervisorState]:
    """The supervisors that are at work on a history, the oldest first."""
    there = [state for state in _states(storage).values() if state.is_there(now)]
    return sorted(there, key=lambda state: state.started_at)


def _states(storage: Storage) -> dict[str, SupervisorState]:
    return {key: decode(text, SupervisorState) for key, text in storage.get_values(_PREFIX).items()}


def _is_gone(state: SupervisorState, now: float) -> bool:
    return now - state.seen_at > _FORGOTTEN_SECONDS or (
        state.process.is_here and not is_alive(state.process.pid)
    )
