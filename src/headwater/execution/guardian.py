"""A process beside a run which outlives it: it ends the run's steps, and has the death recorded, if the run is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from headwater.execution import guardian_program

GRACE_SECONDS = 1.0


class Guardian:
    """Knows the process groups of the steps at work. It hears of the death of this process by the end of a pipe.

    ``command`` is started when that happens; it records the death.
    """

    def __init__(self, command: Sequence[str] = (), grace_seconds: float = GRACE_SECONDS) -> None:
        package = str(Path(guardian_program.__file__).parents[2])
        path = os.environ.get("PYTHONPATH")
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", guardian_program.__file__, str(grace_seconds), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # a signal to the run's process group does not reach it
            env={**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{path}" if path else package},
            text=True,
        )

    @property
    def file(self) -> int:
        """The end of the pipe that only this process may hold: a forked child must close it."""
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    def watch(self, group: int) -> None:
        """A process group has begun."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """A process group has ended."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """All is well: let the guardian go."""
        self._tell("done\n")
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _tell(self, word: str) -> None:
        assert self._process.stdin is not None
        try:
            os.write(self.file, word.encode())
        except BrokenPipeError:
            return  # somebody has killed the guardian; the run goes on without
