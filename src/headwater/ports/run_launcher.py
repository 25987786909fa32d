"""The run launcher: lets a recorded run begin."""

from __future__ import annotations

from typing import Protocol

from headwater.model.run import DagsterRun


class RunLauncher(Protocol):
    """Starts the processes of runs."""

    def can_launch(self, run: DagsterRun) -> bool:
        """Whether the code of the run is there now."""
        ...

    def launch(self, run: DagsterRun) -> None:
        """Let the run begin. Raises :class:`CodeHostError` when it cannot."""
        ...
