"""The one upward call: where ``materialize`` and ``execute_in_process`` reach the engine.

Definitions know nothing of execution, yet a user runs a definition by calling it. The façade fills this hook when it
is imported (docs/adr/0005-one-upward-call.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from headwater.model.errors import DagsterInvariantViolationError


class Runner(Protocol):
    """What runs definitions."""

    def run_in_process(self, job: Any, **arguments: Any) -> Any:
        """Run a job here and now; see ``JobDefinition.execute_in_process`` for the arguments."""
        ...

    def load_value(self, repository: Any, key: Any, **arguments: Any) -> Any:
        """Load the stored value of an asset."""
        ...

    def memory_io_manager(self) -> Any:
        """An I/O manager that keeps values in memory only."""
        ...

    def new_instance(self) -> Any:
        """An instance in memory, forgotten with the process."""
        ...


_provide: Callable[[], Runner] | None = None


def set_runner(provide: Callable[[], Runner]) -> None:
    """Say where the runner is; it is asked for when it is first needed."""
    global _provide
    _provide = provide


def get_runner() -> Runner:
    """The runner. Raises when nobody has said where it is."""
    if _provide is None:
        raise DagsterInvariantViolationError(
            "Nothing here can run definitions. Import headwater, not its parts."
        )
    return _provide()
