"""Who executes a run of a history that several machines share: the process whose lease is renewed.

Beside the lock on a file, which the others on its machine see (``run_lease.py``), a lease in the database tells the rest of
the world. The process takes it; a run that lasts is joined by a keeper, a process that renews it (``lease_keeper.py``).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headwater.execution.guardian import this_guardian
from headwater.instance.run_lease import Holder
from headwater.model.codec import decode, encode
from headwater.model.errors import RunAtWorkError, StorageError
from headwater.ports.lease_store import LeaseStore

LEASE_SECONDS = 60.0
RENEW_SECONDS = 10.0
GRACE_SECONDS = 20.0
"""So long after its end a lease has lapsed: there was time to renew it for who could not reach the database."""

_SECONDS_ALONE = 15.0  # most runs are over by then, and need nobody who renews
_log = logging.getLogger(__name__)


class SharedLeases:
    """The leases of the runs of one history, as this machine (the instance in ``home``) takes and sees them."""

    def __init__(self, leases: LeaseStore, home: Path) -> None:
        self._leases = leases
        self._home = str(home)

    @contextmanager
    def held(self, run_id: str) -> Iterator[None]:
        """This process executes the run while the body lasts. Raises :class:`RunAtWorkError` when another one does so."""
        owner = encode(Holder.here(self._home)).decode()
        if not self._leases.acquire(_name(run_id), owner, LEASE_SECONDS):
            raise RunAtWorkError(
                f"The run {run_id} is being executed already, by {self._leases.holder(_name(run_id))}."
            )
        keeper = [sys.executable, "-P", "-m", "headwater.instance.lease_keeper", self._home, run_id, owner]
        try:
            with this_guardian().joined_by(keeper, _SECONDS_ALONE):
                yield
        finally:
            self._release(run_id, owner)

    @contextmanager
    def claimed(self, run_id: str) -> Iterator[bool]:
        """See to a run that nobody executes; False when somebody does, or sees to it already."""
        owner = encode(Holder.here(self._home)).decode()
        if not self._leases.acquire(_name(run_id), owner, LEASE_SECONDS):
            yield False
            return
        try:
            yield True
        finally:
            self._release(run_id, owner)

    def renew(self, run_id: str, owner: str) -> bool:
        """Prolong the lease that ``owner`` has taken; False when it is over."""
        return self._leases.renew(_name(run_id), owner, LEASE_SECONDS)

    def holder(self, run_id: str) -> Holder | None:
        """The process whose lease of the run is good."""
        return _read(self._leases.holder(_name(run_id)))

    def last_holder(self, run_id: str) -> Holder | None:
        """The process whose lease of the run is good, or has ended without being given back."""
        return self.holder(run_id) or _read(self._leases.lapsed(_name(run_id), 0.0))

    def has_lapsed(self, run_id: str) -> bool:
        """Whether that process has stopped renewing."""
        return self._leases.lapsed(_name(run_id), GRACE_SECONDS) is not None

    def forget(self, run_id: str, holder: Holder) -> None:
        """Give back the lease of a process that is gone."""
        self._leases.release(_name(run_id), encode(holder).decode())

    def _release(self, run_id: str, owner: str) -> None:
        try:
            self._leases.release(_name(run_id), owner)
        except StorageError as error:  # the run is done, and its lease ends by itself
            _log.warning("The lease of run %s was not given back: %s", run_id, error)


def _name(run_id: str) -> str:
    return f"run/{run_id}"


def _read(owner: str | None) -> Holder | None:
    return decode(owner, Holder) if owner is not None else None
