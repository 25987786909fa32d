"""The places in the pools of an instance, which all its runs share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from headwater.model.errors import StorageError
from headwater.ports.lease_store import LeaseStore

POLL_SECONDS = 0.25
"""How long a step that waits for a place which another run has is left alone before it asks again."""

_AS_LONG_AS_IT_TAKES = 10 * 365 * 86_400.0
_log = logging.getLogger("headwater.execution")


def place_name(pool: str, number: int) -> str:
    """The name of the lease that is one place in a pool."""
    return f"pool/{pool}/{number}"


def holder_of(owner: str) -> tuple[str, str]:
    """The id of the run and the key of the step that the owner of a place is."""
    run_id, _, step_key = owner.partition("/")
    return run_id, step_key


class Pools:
    """Gives the steps of one run places in pools. ``limits`` say how many places each pool has.

    A place is a lease in the history, held for as long as its step is at work. Where a run is over (``is_over`` tells, of
    its id) the places that it has not given back are free: its process was killed, say.
    """

    def __init__(
        self, limits: Mapping[str, int], leases: LeaseStore, run_id: str, is_over: Callable[[str], bool]
    ) -> None:
        self._limits = limits
        self._leases = leases
        self._run_id = run_id
        self._is_over = is_over
        self._held: dict[tuple[str, str], str] = {}
        self._to_release: set[tuple[str, str]] = set()

    def limit(self, pool: str) -> int | None:
        """How many places a pool has; None: as many as are wanted."""
        return self._limits.get(pool)

    def take(self, pool: str, step_key: str) -> bool:
        """Take a place for a step; False where none is free, or the history cannot be asked now."""
        try:
            self._give_back()
            return self._take(pool, step_key)
        except StorageError as error:
            _log.warning("The pool %s cannot be asked for a place now; the step waits: %s", pool, error)
            return False

    def _take(self, pool: str, step_key: str) -> bool:
        owner = f"{self._run_id}/{step_key}"
        for number in range(self._limits.get(pool, 0)):
            name = place_name(pool, number)
            holder = self._leases.holder(name)
            if holder is not None:
                if not self._is_over(holder_of(holder)[0]):
                    continue
                self._leases.release(name, holder)
            if self._leases.acquire(name, owner, _AS_LONG_AS_IT_TAKES):
                self._held[pool, step_key] = name
                return True
        return False

    def release(self, pool: str, step_key: str) -> None:
        """Give the place of a step back; later, if the history cannot take it now."""
        name = self._held.pop((pool, step_key), None)
        if name is not None:
            self._to_release.add((name, f"{self._run_id}/{step_key}"))
        try:
            self._give_back()
        except StorageError as error:
            _log.warning("A place in the pool %s is given back later: %s", pool, error)

    def _give_back(self) -> None:
        for name, owner in list(self._to_release):
            self._leases.release(name, owner)
            self._to_release.discard((name, owner))
