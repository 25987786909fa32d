"""Runs and their processes: begun here, ended from outside when the process is gone, cancelled when somebody asks."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from headwater.execution.death import Death
from headwater.execution.guardian import this_guardian
from headwater.instance.presence import list_supervisors
from headwater.instance.run_lease import Holder, RunLeases
from headwater.instance.shared_lease import SharedLeases
from headwater.instance.unwritten import import_unwritten
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterRunNotFoundError, RunOutOfReachError, RunProcessDiedError
from headwater.model.event import Event, EventKind, RunFailureData
from headwater.model.run import DagsterRun, RunsFilter, RunStatus
from headwater.ports.storage import Storage

GRACE_SECONDS = 15.0
"""How long a cancelled run may take to end before it is killed: longer than its steps may take."""

_FOLDER = "running"
_LOOK_SECONDS = 0.02
_LOOK_ELSEWHERE_SECONDS = 0.2
_SECONDS_TO_HEAR = 5.0  # of another machine that a run is to be cancelled there
_AT_WORK = [RunStatus.STARTING, RunStatus.STARTED, RunStatus.CANCELING]
_BY_REQUEST = (signal.SIGINT, signal.SIGTERM)


class RunControl:
    """The processes of the runs of an instance in ``home``, of which ``storage`` keeps the history.

    ``write`` appends events and tells those who follow them.
    """

    def __init__(self, home: Path, storage: Storage, write: Callable[[Sequence[Event]], None]) -> None:
        self._home = home.absolute()
        self._storage = storage
        self._write = write
        self._leases = RunLeases(self._home / _FOLDER)
        self._shared = SharedLeases(storage.leases, self._home) if storage.is_shared else None

    # -- by the run itself --------------------------------------------------------------------------------------

    @contextmanager
    def at_work(self, run_id: str) -> Iterator[None]:
        """This process executes the run while the body lasts. Should it die, that is recorded."""
        recorder = [sys.executable, "-P", "-m", "headwater.instance.record_death", str(self._home), run_id]
        shared = self._shared.held(run_id) if self._shared is not None else nullcontext()
        with self._leases.held(run_id), this_guardian().leaving(recorder), shared:
            yield

    # -- by others ----------------------------------------------------------------------------------------------

    def reconcile(self, run_ids: Collection[str] | None = None, death: Death | None = None) -> list[str]:
        """End the runs whose process is gone; their ids. ``run_ids``: look at these only. ``death``: how it went."""
        left = self._leases.run_ids()
        at_work = self._storage.runs.find(RunsFilter(statuses=_AT_WORK))
        known = dict.fromkeys([*left, *(record.dagster_run.run_id for record in at_work)])
        return [
            run_id for run_id in known if (run_ids is None or run_id in run_ids) and self._end(run_id, death)
        ]

    def _end(self, run_id: str, death: Death | None) -> bool:
        """End a run if its process is gone; whether that was so and the run had not ended by itself."""
        shared = self._shared
        if shared is None:
            return self._end_here(run_id, death)
        holder = shared.last_holder(run_id)
        if holder is not None and holder.is_here:
            return self._end_here(run_id, death, holder)
        if holder is not None and not shared.has_lapsed(run_id):
            return False
        with shared.claimed(run_id) as is_claimed:
            return is_claimed and self._end_here(run_id, death, holder)

    def _end_here(self, run_id: str, death: Death | None, holder: Holder | None = None) -> bool:
        """End a run if no process on this machine executes it; ``holder`` is who did, as far as the database knows."""
        home = Path(holder.home) if holder is not None and holder.is_here else self._home
        with RunLeases(home / _FOLDER).claimed(run_id) as claim:
            if claim is None:
                return False
            import_unwritten(home, self._storage.event_log)
            if self._shared is not None and holder is not None:
                self._shared.forget(run_id, holder)
            record = self._storage.runs.get(run_id)
            if record is None or record.dagster_run.is_finished:
                return False
            if record.dagster_run.status is RunStatus.QUEUED:
                return False  # its process is just about to take the lease, or the queue launches it again
            self._record_end(record.dagster_run, _how(holder or claim.holder, death), death)
            return True

    def _record_end(self, run: DagsterRun, how: str, death: Death | None) -> None:
        if run.status is RunStatus.CANCELING or (death is not None and death.signal in _BY_REQUEST):
            message = f'Execution of run for "{run.job_name}" was canceled. {how}'
            self._write([_event(run, EventKind.RUN_CANCELED, message)])
            return
        advice = f"What is committed stays; `headwater run resume {run.run_id}` does the rest."
        message = f'Execution of run for "{run.job_name}" failed. {how} {advice}'
        error = build_error_info(RunProcessDiedError(f"{how} {advice}"))
        data = RunFailureData(error=error, failure_reason="RUN_PROCESS_DIED")
        self._write([_event(run, EventKind.RUN_FAILURE, message, data)])

    def cancel(self, run_id: str, grace_seconds: float = GRACE_SECONDS) -> bool:
        """Cancel a run and wait for its end: ask its process, and kill it after the grace. Whether there was anything
        to cancel. Raises :class:`DagsterRunNotFoundError`, and :class:`RunOutOfReachError` for a process on a
        machine where nobody listens."""
        record = self._storage.runs.get(run_id)
        if record is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        run = record.dagster_run
        if run.is_finished:
            return False
        leases, holder = self._find_holder(run_id)
        if holder is not None and not holder.is_here:
            return self._cancel_elsewhere(run, holder, grace_seconds)
        self._write([_event(run, EventKind.RUN_CANCELING, "The run is asked to end.")])
        if holder is None and run.status not in _AT_WORK:
            message = f'The run for "{run.job_name}" was canceled before it began.'
            self._write([_event(run, EventKind.RUN_CANCELED, message)])
            return True
        for number in (signal.SIGTERM, signal.SIGKILL):
            if holder is not None:
                _send(holder.pid, number)
                holder = _wait_for_end(leases, run_id, grace_seconds)
        self.reconcile([run_id])
        return True

    def _cancel_elsewhere(self, run: DagsterRun, holder: Holder, grace_seconds: float) -> bool:
        """Let a supervisor on the machine of the run cancel it, and wait for that."""
        there = list_supervisors(self._storage, time.time())
        if all(state.process.place != holder.place for state in there):
            where = f" on {holder.host}" if holder.host else ""
            raise RunOutOfReachError(
                f"The process of run {run.run_id} (pid {holder.pid}{where}) is in another container or on another machine, "
                "where no `headwater up` could end it. Cancel the run from there."
            )
        self._write([_event(run, EventKind.RUN_CANCELING, "The run is asked to end.")])
        deadline = time.monotonic() + grace_seconds + _SECONDS_TO_HEAR
        while time.monotonic() < deadline:
            record = self._storage.runs.get(run.run_id)
            if record is None or record.dagster_run.is_finished:
                break
            time.sleep(_LOOK_ELSEWHERE_SECONDS)
        return True

    def is_here(self, run_id: str) -> bool:
        """Whether a process of this machine, begun by an instance in this home, executes a run."""
        return self._leases.holder(run_id) is not None

    def _find_holder(self, run_id: str) -> tuple[RunLeases, Holder | None]:
        """The process that executes a run, and the leases on this machine among which its own would be."""
        holder = self._shared.holder(run_id) if self._shared is not None else None
        if holder is None:
            return self._leases, self._leases.holder(run_id)
        if not holder.is_here:
            return self._leases, holder
        leases = RunLeases(Path(holder.home) / _FOLDER)
        return leases, leases.holder(run_id)


def _wait_for_end(leases: RunLeases, run_id: str, seconds: float) -> Holder | None:
    """Who executes the run still, once it has ended or the time is over."""
    deadline = time.monotonic() + seconds
    while (holder := leases.holder(run_id)) is not None and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
    return holder


def _how(holder: Holder | None, death: Death | None) -> str:
    """How the process of a run ended, in a sentence."""
    if death is not None:
        return f"Its process died: {death.describe(of='run')}"
    if holder is None:
        return "No process executes it: it was killed, it crashed, or the machine stopped."
    if not holder.is_here and holder.home:
        return (
            f"Its process (pid {holder.pid} on {holder.host}) has stopped renewing its lease: it was killed, or the "
            "machine stopped or lost its network."
        )
    if not holder.is_here:
        return f"Its process (pid {holder.pid}) is gone: the machine, or the container in which it ran, was stopped."
    return f"Its process died: {Death.of(holder.pid, None).describe(of='run')}"


def _event(run: DagsterRun, kind: EventKind, message: str, data: RunFailureData | None = None) -> Event:
    level = logging.INFO if kind is EventKind.RUN_CANCELING else logging.ERROR
    return Event(kind=kind, run_id=run.run_id, job_name=run.job_name, message=message, data=data, level=level)


def _send(pid: int, number: int) -> None:
    """Signal a process, and with it what it has started, where it leads its process group."""
    with suppress(ProcessLookupError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
