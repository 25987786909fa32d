"""Who executes a run: the process that holds the lock on the run's file.

The system releases such a lock when the process is gone, however it went: killed, crashed, or with the whole machine. So
it cannot be left behind, and nobody has to renew it. It is seen by all who share the machine, containers too.
"""

from __future__ import annotations

import functools
import os
import platform
import sys
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

import msgspec

from headwater.model.codec import decode, encode
from headwater.model.errors import RunAtWorkError, StorageError

try:
    import fcntl
except ImportError:  # Windows: nobody can tell who is gone
    fcntl = None  # type: ignore[assignment]

_SUFFIX = ".lease"
_INSIST_SECONDS = 0.25


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A process, and the place (machine and container) in which its number means something.

    ``host`` is for people; ``home`` is the folder of the instance through which it opened the history.
    """

    pid: int
    place: str
    host: str = ""
    home: str = ""

    @classmethod
    def here(cls, home: str = "") -> Holder:
        """This process."""
        return cls(pid=os.getpid(), place=this_place(), host=platform.node(), home=home)

    @property
    def is_here(self) -> bool:
        """Whether it can be signalled from here."""
        return self.place == this_place()


class Claim(NamedTuple):
    """A run that no process executes any more; ``holder`` is the last that did, if that is known."""

    holder: Holder | None


class RunLeases:
    """The leases of the runs of one instance, as files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def held(self, run_id: str) -> Iterator[None]:
        """This process executes the run while the body lasts.

        Raises :class:`StorageError` when the file cannot be made, :class:`RunAtWorkError` while another process executes
        that very run.
        """
        with _opened(self._path(run_id)) as lease:
            if not lease.insist():
                raise RunAtWorkError(f"The run {run_id} is being executed already: {lease.path} is locked.")
            try:
                lease.write(Holder.here())
                yield
            finally:
                lease.remove()

    @contextmanager
    def claimed(self, run_id: str) -> Iterator[Claim | None]:
        """See to a run that no process executes any more, while the body lasts; None when one does so.

        One process at a time sees to a run. Its lease is removed in the end.
        """
        with _opened(self._path(run_id)) as lease:
            if not lease.lock():
                yield None
                return
            yield Claim(lease.read())
            lease.remove()

    def holder(self, run_id: str) -> Holder | None:
        """The process that executes the run; None when there is none."""
        if not self._path(run_id).exists():
            return None
        with _opened(self._path(run_id)) as lease:
            if not lease.lock(shared=True):
                return lease.read()
            return None

    def run_ids(self) -> list[str]:
        """The runs that have a lease, held or left behind."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        return [unquote(name.removesuffix(_SUFFIX)) for name in names if name.endswith(_SUFFIX)]

    def _path(self, run_id: str) -> Path:
        return self.folder / f"{quote(run_id, safe='')}{_SUFFIX}"


class _Lease:
    """An open file, which the forks of this process do not hold on to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        _open_leases.add(self)

    def lock(self, *, shared: bool = False) -> bool:
        """Lock it, for oneself alone or with others; whether that was possible."""
        if fcntl is None:
            return False
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def insist(self) -> bool:
        """Lock it although others look at it or have just removed it; whether that was possible."""
        give_up_at = time.monotonic() + _INSIST_SECONDS
        while fcntl is not None and not (self.lock() and self._is_there()):
            if time.monotonic() > give_up_at:
                return False
            time.sleep(0.001)
            self._reopen()
        return True

    def read(self) -> Holder | None:
        """Who wrote to it, if anybody has."""
        try:
            return decode(os.pread(self._file, 4096, 0), Holder)
        except msgspec.DecodeError:
            return None

    def write(self, holder: Holder) -> None:
        """Say who holds it. Raises :class:`StorageError` when the disk is full."""
        try:
            os.pwrite(self._file, encode(holder), 0)
        except OSError as error:
            raise StorageError(f"{self.path} cannot be written: {error.strerror}.") from error

    def remove(self) -> None:
        """Remove the file. (A fork leaves it alone.)"""
        if self._file >= 0:
            with suppress(FileNotFoundError):
                self.path.unlink()

    def close(self) -> None:
        """Release it. (A fork closes its copy, which releases nothing of the original's.)"""
        if self._file >= 0:
            _open_leases.discard(self)
            os.close(self._file)
            self._file = -1

    def _is_there(self) -> bool:
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._file))
        except FileNotFoundError:
            return False

    def _reopen(self) -> None:
        os.close(self._file)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)


@contextmanager
def _opened(path: Path) -> Iterator[_Lease]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lease = _Lease(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be made or opened: {error.strerror}.") from error
    try:
        yield lease
    finally:
        lease.close()


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number here."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Whether it has died, and its parent has not asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2].startswith(b"Z")
    except OSError:
        return False  # gone just now, or no Linux


@functools.cache
def this_place() -> str:
    """This machine since it was booted, and the container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return f"{os.uname().nodename} {sys.platform}"  # no Linux: the name of the host has to do


_open_leases: weakref.WeakSet[_Lease] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for lease in list(_open_leases):
        lease.close()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_after_fork_in_child)
