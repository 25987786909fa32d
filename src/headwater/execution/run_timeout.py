"""The time limit of a run: when it is over, the run ends its steps as if it were cancelled, and has failed."""

from __future__ import annotations

import signal
from contextlib import AbstractContextManager, nullcontext

from headwater.execution.step_timeout import alarm, seconds_from
from headwater.model.errors import RunTimeoutError
from headwater.model.run import DagsterRun

MAX_RUNTIME_SECONDS_TAG = "dagster/max_runtime"
"""The tag of a run that says how many seconds it may take."""


class RunTimeout:
    """Holds a run to the time of its tag. It needs the main thread, and Unix; elsewhere no limit holds.

    Raises ``DagsterInvalidDefinitionError`` for a tag that is no positive number.
    """

    def __init__(self, run: DagsterRun) -> None:
        text = run.tags.get(MAX_RUNTIME_SECONDS_TAG)
        self._run = run
        self._seconds = None if text is None else seconds_from(text, MAX_RUNTIME_SECONDS_TAG, "the run")
        self.is_over = False

    def watch(self) -> AbstractContextManager[None]:
        """Interrupt the body when the time is over, in the way in which SIGTERM does."""
        return nullcontext() if self._seconds is None else alarm(self._seconds, self._ring)

    def _ring(self) -> bool:
        self.is_over = True
        signal.raise_signal(signal.SIGTERM)
        return True

    def error(self) -> RunTimeoutError:
        """What to tell of a run whose time is over."""
        assert self._seconds is not None
        return RunTimeoutError(
            f'The run of "{self._run.job_name}" has taken longer than the {self._seconds:g} seconds that it may take. '
            f'Raise its tag "{MAX_RUNTIME_SECONDS_TAG}", or run fewer steps at once.',
            run_id=self._run.run_id,
            limit_seconds=self._seconds,
        )
