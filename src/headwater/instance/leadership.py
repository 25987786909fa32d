"""Which of the supervisors that share a history has its services at work."""

from __future__ import annotations

import os

from headwater.instance.run_lease import is_alive, this_place
from headwater.model.event import new_run_id
from headwater.ports.clock import Clock
from headwater.ports.lease_store import LeaseStore
from headwater.services.service import Service

LEASE = "services"
LEASE_SECONDS = 10.0
_RENEW_SECONDS = 3.0


class Leadership:
    """One leads, by a lease; when it is gone another one does, within seconds. Itself a service."""

    name = "leadership"

    def __init__(self, leases: LeaseStore, clock: Clock) -> None:
        self._leases = leases
        self._clock = clock
        self._owner = f"{os.getpid()} {new_run_id()} {this_place()}"
        self._until = 0.0

    @property
    def is_held(self) -> bool:
        """Whether the services of this supervisor may work."""
        return self._clock.now() < self._until

    def step(self) -> float:
        """Take the lease, or renew it."""
        now = self._clock.now()
        self._bury()
        if self._leases.acquire(LEASE, self._owner, LEASE_SECONDS):
            self._until = now + LEASE_SECONDS - 1.0  # before another one may begin
        return now + _RENEW_SECONDS

    def _bury(self) -> None:
        """Take the lease from one that was killed on this machine: nobody has to wait for its end."""
        holder = self._leases.holder(LEASE)
        if holder is None or holder == self._owner:
            return
        pid, _, place = holder.split(" ", 2)
        if place == this_place() and not is_alive(int(pid)):
            self._leases.release(LEASE, holder)

    def give_back(self) -> None:
        """Let another one lead at once."""
        self._until = 0.0
        self._leases.release(LEASE, self._owner)


class Led:
    """A service that rests while another supervisor leads."""

    def __init__(self, service: Service, leadership: Leadership, clock: Clock) -> None:
        self._service = service
        self._leadership = leadership
        self._clock = clock

    @property
    def name(self) -> str:
        """What the service is called."""
        return self._service.name

    def step(self) -> float:
        """Let the service step, if its supervisor leads."""
        return self._service.step() if self._leadership.is_held else self._clock.now() + 1.0
