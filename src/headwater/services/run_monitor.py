"""The run monitor: ends runs whose process is gone, and those that take longer than they may."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from headwater.model.run import DagsterRunStatus, RunRecord, RunsFilter
from headwater.ports.clock import Clock
from headwater.ports.run_store import RunStore

_log = logging.getLogger(__name__)
MAX_RUNTIME_TAG = "dagster/max_runtime"
LOOK_SECONDS = 10.0


class RunMonitor:
    """Looks after runs at work. ``reconcile`` ends those whose process is gone, ``cancel`` cancels one by its id."""

    name = "run monitor"

    def __init__(
        self,
        *,
        runs: RunStore,
        clock: Clock,
        reconcile: Callable[[], Sequence[str]],
        cancel: Callable[[str], object],
    ) -> None:
        self._runs = runs
        self._clock = clock
        self._reconcile = reconcile
        self._cancel = cancel

    def step(self) -> float:
        """Look once."""
        for run_id in self._reconcile():
            _log.warning("The process of run %s is gone; the run has ended.", run_id)
        now = self._clock.now()
        for record in self._runs.find(RunsFilter(statuses=[DagsterRunStatus.STARTED])):
            limit = _max_runtime_seconds(record)
            started_at = record.start_time
            if limit is not None and started_at is not None and now - started_at > limit:
                _log.warning(
                    "Run %s takes longer than %g s; it is canceled.", record.dagster_run.run_id, limit
                )
                self._cancel(record.dagster_run.run_id)
        return now + LOOK_SECONDS


def _max_runtime_seconds(record: RunRecord) -> float | None:
    try:
        return float(record.dagster_run.tags[MAX_RUNTIME_TAG])
    except (KeyError, ValueError):
        return None
