"""Runs from outside of their process: ended when the process is gone, cancelled when somebody asks."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from headwater.instance.run_process import PREFIX, RunProcess, this_process
from headwater.model.codec import decode, encode
from headwater.model.errors import DagsterRunNotFoundError
from headwater.model.event import Event, EventKind, RunFailureData
from headwater.model.run import DagsterRun

if TYPE_CHECKING:
    from headwater.instance.instance import DagsterInstance

GRACE_SECONDS = 15.0
"""How long a cancelled run may take to end before it is killed: longer than its steps may take."""


class RunControl:
    """The processes of the runs of an instance."""

    def __init__(self, instance: DagsterInstance) -> None:
        self._instance = instance

    # -- by the run itself --------------------------------------------------------------------------------------

    def begin(self, run_id: str) -> None:
        """This process is going to execute the run."""
        self._instance.storage.set_values({PREFIX + run_id: encode(this_process()).decode()})

    def end(self, run_id: str) -> None:
        """The run has ended, and what its process does now is no concern of it."""
        self._instance.storage.set_values({PREFIX + run_id: None})

    # -- by others ----------------------------------------------------------------------------------------------

    def processes(self) -> Mapping[str, RunProcess]:
        """The processes of the runs that have not ended, by run id."""
        values = self._instance.storage.get_values(PREFIX)
        return {name.removeprefix(PREFIX): decode(text, RunProcess) for name, text in values.items()}

    def reconcile(self, run_ids: Collection[str] | None = None, cause: str | None = None) -> list[str]:
        """End the runs whose process is gone; their ids. ``run_ids``: look at these only."""
        ended = []
        for run_id, process in self.processes().items():
            if (run_ids is None or run_id in run_ids) and not process.is_alive:
                if self._bury(run_id, process, cause):
                    ended.append(run_id)
                self.end(run_id)
        return ended

    def _bury(self, run_id: str, process: RunProcess, cause: str | None) -> bool:
        """Record the end of a run whose process is gone; whether it had not ended by itself."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        why = cause or (
            f"Its process (pid {process.pid}) is gone and has not ended it: it was killed (SIGKILL; the system does so "
            "when memory runs out), it crashed in native code, or the machine stopped."
        )
        if run.status.value == "CANCELING":
            self._record(
                run, EventKind.RUN_CANCELED, f'Execution of run for "{run.job_name}" was canceled. {why}'
            )
        else:
            self._record(
                run,
                EventKind.RUN_FAILURE,
                f'Execution of run for "{run.job_name}" failed. {why} What is committed stays: '
                f"run it again from the failure.",
                RunFailureData(failure_reason="RUN_PROCESS_DIED"),
            )
        return True

    def cancel(self, run_id: str, grace_seconds: float = GRACE_SECONDS) -> bool:
        """Cancel a run and wait for its end: ask its process, and kill it after the grace. Whether there was anything
        to cancel. Raises :class:`DagsterRunNotFoundError`."""
        run = self._instance.get_run_by_id(run_id)
        if run is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        if run.is_finished:
            return False
        process = self.processes().get(run_id)
        self._record(run, EventKind.RUN_CANCELING, "The run is asked to end.")
        if process is None:
            self._record(
                run, EventKind.RUN_CANCELED, f'The run for "{run.job_name}" was canceled before it began.'
            )
            return True
        if process.send(signal.SIGTERM) and process.is_here and not process.wait(grace_seconds):
            process.send(signal.SIGKILL)
            process.wait(grace_seconds)
        self.reconcile([run_id])
        return True

    def _record(
        self, run: DagsterRun, kind: EventKind, message: str, data: RunFailureData | None = None
    ) -> None:
        level = logging.INFO if kind is EventKind.RUN_CANCELING else logging.ERROR
        self._instance.write_events(
            [
                Event(
                    kind=kind,
                    run_id=run.run_id,
                    job_name=run.job_name,
                    message=message,
                    data=data,
                    level=level,
                )
            ]
        )


def main(home: str, run_id: str) -> None:
    """What a run's guardian starts when the run's process has died."""
    from headwater.instance.instance import DagsterInstance

    with DagsterInstance.open(home) as instance:
        instance.reconcile_runs([run_id])


if __name__ == "__main__":
    main(*sys.argv[1:])
