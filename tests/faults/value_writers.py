"""The program that stores values until it dies, as the tests use it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from tests.faults import value_writer


class ValueWriters:
    """Gives commands to ``value_writer.py`` and reads what its children say."""

    def __init__(self, commands: IO[str], lines: IO[str]) -> None:
        self._commands = commands
        self._lines = lines
        assert self._line() == "ready"

    def run(self, *command: object) -> list[str]:
        """What a child says until its end."""
        self._start(command)
        return self._rest()

    def kill(self, *command: object, after_seconds: float) -> list[str]:
        """What a child says until SIGKILL, that long after it has begun to store."""
        pid = self._start(command)
        said = [self._line()]
        time.sleep(after_seconds)  # the moment of death is what the tests vary
        os.kill(pid, signal.SIGKILL)
        return said + self._rest()

    def _start(self, command: Sequence[object]) -> int:
        self._commands.write(" ".join(map(str, command)) + "\n")
        self._commands.flush()
        return int(self._line().removeprefix("pid "))

    def _rest(self) -> list[str]:
        return list(iter(self._line, "end"))

    def _line(self) -> str:
        line = self._lines.readline()
        assert line, "the program that stores values has ended"
        return line.rstrip("\n")


@contextmanager
def value_writers() -> Iterator[ValueWriters]:
    """The running program."""
    command = [sys.executable, value_writer.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield ValueWriters(process.stdin, process.stdout)
        process.stdin.close()
