"""A lease on a file, between processes: one has it alone, or any number share it.

It is a lock on a file beside the one that it is for, so it ends with the process that has it, however that
dies. Who has it alone writes into the file who it is. Readers do not keep a writer out for ever: whoever
waits holds a gate through which all others must pass.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import time
from typing import NamedTuple

from headwater.io.patience import Patience

try:
    import fcntl
except ImportError:  # Windows: processes are told apart by the lock of the database alone
    fcntl = None  # type: ignore[assignment]

# Two bytes which the file need not have. Locks of this kind belong to the process, not to the open file, so
# a forked child does not keep those of its parent.
_GATE, _LEASE = 1 << 30, (1 << 30) + 1
_MAC = sys.platform == "darwin"
_FLOCK = "qqihh" if _MAC else "hhqqi"


class Holder(NamedTuple):
    """The process that has a lease: its number, its command, and what it does with the lease, if known."""

    pid: int
    command: str
    purpose: str = ""

    def __str__(self) -> str:
        purpose = f", {self.purpose}" if self.purpose else ""
        return f"process {self.pid} ({self.command or 'a command that cannot be seen from here'}{purpose})"


class LeaseTimeout(Exception):
    """The lease was not to be had in time; ``holder`` has it, if that is known."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(str(holder))
        self.holder = holder


class Lease:
    """The lease on the file ``path``, kept in ``path + ".lock"``. A process uses one object for each path.

    Where there can be no such file (a folder that may only be read, a file system without locks) nothing
    is kept apart; the database itself still does.
    """

    def __init__(self, path: str) -> None:
        self._path = f"{path}.lock"
        self._file: int | None = None

    def acquire(self, *, shared: bool, patience: Patience, purpose: str = "") -> None:
        """Wait for the lease. Raises :class:`LeaseTimeout`. ``purpose`` is what others are told."""
        if fcntl is None or self._file is not None:
            return
        self._file = _open(self._path)
        if self._file is None:
            return
        try:
            self._wait(_GATE, False, patience)
            self._wait(_LEASE, shared, patience)
            self._unlock(_GATE)
            if not shared:
                self._sign(purpose)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Give it up; nothing happens where it is not held."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)

    @property
    def is_wanted(self) -> bool:
        """Whether another process waits for it."""
        return self._file is not None and _blocker(self._file, _GATE) is not None

    def _wait(self, byte: int, shared: bool, patience: Patience) -> None:
        assert self._file is not None
        while not _lock(self._file, byte, shared):
            if not patience.pause(holder=self._holder):
                raise LeaseTimeout(self._holder())

    def _unlock(self, byte: int) -> None:
        assert self._file is not None
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)

    def _sign(self, purpose: str) -> None:
        """Write who has the lease. Others take it as a hint: a disk may be too full for it."""
        assert self._file is not None
        holder = Holder(os.getpid(), command_of(os.getpid()), purpose)
        text = json.dumps({**holder._asdict(), "since": time.time()}).encode()
        try:
            os.truncate(self._file, 0)
            os.pwrite(self._file, text, 0)
        except OSError:
            return

    def _holder(self) -> Holder | None:
        assert self._file is not None
        pid = _blocker(self._file, _LEASE) or _blocker(self._file, _GATE)
        if pid is None:
            return None
        try:
            signed = json.loads(os.pread(self._file, 1 << 16, 0))
        except (OSError, ValueError):
            signed = {}
        if signed.get("pid") == pid:
            return Holder(pid, signed["command"], signed["purpose"])
        return Holder(pid, command_of(pid), "which reads it")


def command_of(pid: int) -> str:
    """The command line of a process, cut to a readable length; empty where the system does not tell."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().decode(errors="replace").split("\0")
    except OSError:
        return " ".join(sys.orig_argv)[:200] if pid == os.getpid() else ""
    return " ".join(words).strip()[:200]


def _open(path: str) -> int | None:
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            return os.open(path, flags | os.O_CLOEXEC, 0o666)
        except OSError:
            continue
    return None


def _lock(file: int, byte: int, shared: bool) -> bool:
    try:
        fcntl.lockf(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB, 1, byte)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file that may only be read, or a file system without locks
        return True
    return True


def _blocker(file: int, byte: int) -> int | None:
    """The process that keeps this one from locking a byte."""
    if _MAC:
        asked = struct.pack(_FLOCK, byte, 1, 0, fcntl.F_WRLCK, os.SEEK_SET)
    else:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0)
    try:
        told = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked)[: struct.calcsize(_FLOCK)])
    except OSError:
        return None
    kind, pid = (told[3], told[2]) if _MAC else (told[0], told[4])
    return None if kind == fcntl.F_UNLCK else int(pid)
