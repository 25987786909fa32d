"""Renews the lease of a run while the process that executes it is there, a program of its own.

``python -m headwater.instance.lease_keeper HOME RUN_ID OWNER``. It shares no interpreter with the run, so that code which
keeps that busy for minutes does not look like a machine that is gone.
"""

from __future__ import annotations

import logging
import os
import select
import sys
import time
from pathlib import Path

from headwater.instance.open_storage import open_history
from headwater.instance.run_lease import Holder
from headwater.instance.shared_lease import RENEW_SECONDS, SharedLeases
from headwater.model.codec import decode
from headwater.model.errors import StorageError

_log = logging.getLogger(__name__)


def main(home: str, run_id: str, owner: str) -> None:
    """Renew until the process is gone, or the lease is."""
    ward = _Ward(decode(owner, Holder).pid)
    storage = open_history(Path(home))
    leases = SharedLeases(storage.leases, Path(home))
    while not ward.is_gone(0.0):
        try:
            if not leases.renew(run_id, owner):
                return
        except StorageError as error:
            _log.warning("The lease of run %s could not be renewed: %s", run_id, error)
            continue  # that has taken long enough: the server is down
        if ward.is_gone(RENEW_SECONDS):
            return


class _Ward:
    """The process that executes the run."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._poll = select.poll()
        if hasattr(os, "pidfd_open"):
            try:
                self._poll.register(os.pidfd_open(pid), select.POLLIN)
            except ProcessLookupError:
                self._pid = -1

    def is_gone(self, wait_seconds: float) -> bool:
        """Whether it is gone, now or within so many seconds."""
        if self._pid < 0:
            return True
        if hasattr(os, "pidfd_open"):
            return bool(self._poll.poll(wait_seconds * 1000))
        time.sleep(wait_seconds)
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return True
        return False


if __name__ == "__main__":
    main(*sys.argv[1:])
