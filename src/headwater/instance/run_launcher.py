"""How runs come into being, for code that asks the instance for it."""

from __future__ import annotations

from typing import Protocol


class Runs(Protocol):
    """Those of an instance, which can be cancelled."""

    def has_run(self, run_id: str) -> bool:
        """Whether there is a run of that id."""
        ...

    def cancel_run(self, run_id: str) -> bool:
        """Cancel a run and wait for its end; whether there was anything to cancel."""
        ...


class DefaultRunLauncher:
    """The way runs are launched here, which ``DagsterInstance.run_launcher`` gives: each in a process of its own.

    There is no other one and nothing to configure. Code that ends runs through their launcher finds what it needs.

    >>> instance.run_launcher.terminate(run_id)
    True
    """

    def __init__(self) -> None:
        self._instance: Runs | None = None

    @property
    def has_instance(self) -> bool:
        """Whether it knows the instance of its runs."""
        return self._instance is not None

    def register_instance(self, instance: Runs) -> None:
        """Say which instance has the runs."""
        self._instance = instance

    def terminate(self, run_id: str) -> bool:
        """Cancel a run and wait for its end. Whether there was anything to cancel."""
        if self._instance is None or not self._instance.has_run(run_id):
            return False
        return self._instance.cancel_run(run_id)
