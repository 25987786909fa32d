"""The canceler: ends the runs of this machine which somebody on another one has asked to end."""

from __future__ import annotations

import logging
from collections.abc import Callable

from headwater.model.run import DagsterRunStatus, RunsFilter
from headwater.ports.clock import Clock
from headwater.ports.run_store import RunStore

_log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0


class Canceler:
    """Looks for runs that are being cancelled. ``is_here`` says whether a process of this machine executes a run,
    ``cancel`` cancels it; both take its id."""

    name = "canceler"

    def __init__(
        self, *, runs: RunStore, clock: Clock, is_here: Callable[[str], bool], cancel: Callable[[str], object]
    ) -> None:
        self._runs = runs
        self._clock = clock
        self._is_here = is_here
        self._cancel = cancel

    def step(self) -> float:
        """Look once."""
        for record in self._runs.find(RunsFilter(statuses=[DagsterRunStatus.CANCELING])):
            run_id = record.dagster_run.run_id
            if self._is_here(run_id):
                _log.info("Run %s is canceled, as somebody has asked.", run_id)
                self._cancel(run_id)
        return self._clock.now() + LOOK_SECONDS
