"""The process of a run: recorded when the run begins, so that anybody can tell whether it still lives."""

from __future__ import annotations

import functools
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

import msgspec

PREFIX = "run_process/"
"""Where processes of runs are recorded among the named values of a storage."""


class RunProcess(msgspec.Struct, frozen=True, kw_only=True):
    """A process, told apart from a later one of the same number by when it started; ``machine`` is where it runs."""

    pid: int
    started: str
    machine: str

    @property
    def is_here(self) -> bool:
        """Whether it is a process of this machine (and container), so that it can be asked for."""
        return self.machine == this_machine()

    @property
    def is_alive(self) -> bool:
        """Whether it runs still; of a process elsewhere nobody here knows, so it counts as alive."""
        return not self.is_here or start_of(self.pid) == self.started

    def send(self, number: int) -> bool:
        """Signal it; whether it was there."""
        if not self.is_here or not self.is_alive:
            return False
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, for so long at most; whether it has."""
        deadline = time.monotonic() + seconds
        if hasattr(os, "pidfd_open"):
            try:
                file = os.pidfd_open(self.pid)
            except ProcessLookupError:
                return True
            try:
                if self.is_alive:
                    select.select([file], [], [], seconds)
            finally:
                os.close(file)
        while self.is_alive and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.is_alive


def this_process() -> RunProcess:
    """The process that asks."""
    return RunProcess(pid=os.getpid(), started=start_of(os.getpid()) or "", machine=this_machine())


@functools.cache
def this_machine() -> str:
    """This machine since it was booted; a container is a machine of its own."""
    parts = [socket.gethostname()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(os.readlink("/proc/self/ns/pid"))
    except OSError:
        parts.append(sys.platform)  # no Linux: the name of the host has to do
    return " ".join(parts)


def start_of(pid: int) -> str | None:
    """When a process of this machine started, as text to compare; None when there is none, or it has ended."""
    if not sys.platform.startswith("linux"):
        found = subprocess.run(
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        state, _, started = found.stdout.strip().partition(" ")
        return started.strip() if started and not state.startswith("Z") else None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields[19]
