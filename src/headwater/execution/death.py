"""How a process ended, as far as it is known: by a signal or with an exit code, and how much memory it held."""

from __future__ import annotations

import os
import signal
import sys
from typing import NamedTuple

_HINTS = {
    signal.SIGKILL: "The system does so to a process when memory runs out.",
    signal.SIGSEGV: "It crashed in native code: an extension module, a driver.",
    signal.SIGBUS: "It crashed in native code, or a file that it had mapped was cut short.",
    signal.SIGABRT: "Native code gave up: an extension module, a driver.",
    signal.SIGXCPU: "It used up the CPU time that it may have (ulimit -t).",
    signal.SIGXFSZ: "It wrote a file larger than it may (ulimit -f).",
    signal.SIGHUP: "Its terminal was closed.",
}
_OUT_OF_MEMORY = "The system ran out of memory and killed it."


class Death(NamedTuple):
    """How a process ended: by a signal, or with an exit code, and the most memory that it held (0: unknown).

    ``rss_bytes`` is what it held when it was last looked at; ``out_of_memory`` says that the system killed processes
    then because memory ran out.
    """

    pid: int
    signal: int | None
    exit_code: int | None
    max_rss_bytes: int
    rss_bytes: int = 0
    out_of_memory: bool = False

    @staticmethod
    def of(
        pid: int,
        status: int | None,
        max_rss_bytes: int = 0,
        *,
        rss_bytes: int = 0,
        out_of_memory: bool = False,
    ) -> Death:
        """A death from what ``wait`` says of it (``status``), if anybody could ask."""
        code = os.waitstatus_to_exitcode(status) if status is not None else None
        number = -code if code is not None and code < 0 else None
        exit_code = code if number is None else None
        return Death(pid, number, exit_code, max_rss_bytes, rss_bytes, out_of_memory)

    def describe(self, *, of: str = "step") -> str:
        """The end in words; ``of`` is what the process had to do.

        >>> Death(12, None, 7, 3_000_000).describe()
        'it (pid 12) exited with code 7 before the step was done. It held 3 MB of memory at most.'
        """
        if self.signal is not None:
            end = f"was killed by {signal_name(self.signal)}."
        elif self.exit_code is not None:
            end = f"exited with code {self.exit_code} before the {of} was done."
        else:
            end = f"is gone and has not ended the {of}: it was killed, it crashed, or the machine stopped."
        return " ".join(part for part in (f"it (pid {self.pid}) {end}", self._size(), self._hint()) if part)

    def _size(self) -> str:
        if not self.max_rss_bytes:
            return ""
        last = f"{self.rss_bytes / 1e6:.0f} MB of memory at the end, " if self.rss_bytes else ""
        return f"It held {last}{self.max_rss_bytes / 1e6:.0f} MB {'' if last else 'of memory '}at most."

    def _hint(self) -> str:
        if self.signal is None:
            return ""
        if self.signal == signal.SIGKILL and self.out_of_memory:
            return _OUT_OF_MEMORY
        return _HINTS.get(signal.Signals(self.signal), "") if self.signal in set(signal.Signals) else ""


class OutOfMemory:
    """How often the system has killed a process because memory ran out, counted from now on."""

    def __init__(self) -> None:
        self._before = _count_kills()

    def explains(self, death: Death) -> bool:
        """Whether it has done so since it was last asked, so that this may be why the process was killed."""
        if death.signal != signal.SIGKILL:
            return False
        before, self._before = self._before, _count_kills()
        return self._before > before


def _count_kills() -> int:
    try:
        with open("/proc/vmstat") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("oom_kill ")), 0)
    except OSError:
        return 0  # the system counts nothing


def signal_name(number: int) -> str:
    """The name of a signal; of those that have none (real-time ones) the number."""
    return signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"


def rss_bytes_of(max_rss: int) -> int:
    """The unit of ``ru_maxrss`` differs between systems; this is bytes."""
    return max_rss if sys.platform == "darwin" else max_rss * 1024
