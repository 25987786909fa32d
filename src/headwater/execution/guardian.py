"""A process beside the one that executes runs, which outlives it: it ends the steps, and has the death recorded."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from headwater.execution.death import rss_bytes_of

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

GRACE_SECONDS = 1.0

_log = logging.getLogger(__name__)
_PROGRAM = Path(__file__).with_name("guardian_program.py")
_PACKAGE = str(_PROGRAM.parents[2])


class Guardian:
    """Knows the process groups of the steps at work, and the commands that are to be started if this process dies."""

    def __init__(self, grace_seconds: float = GRACE_SECONDS) -> None:
        self.is_there = True
        self._lock = threading.Lock()
        self._numbers = count()
        reading, self._file = os.pipe()
        process = os.pidfd_open(os.getpid()) if hasattr(os, "pidfd_open") else None
        numbers = (os.getpid(), -1 if process is None else process, _max_rss_bytes(), grace_seconds)
        given = [file for file in (reading, process) if file is not None]
        try:
            _start([str(_PROGRAM), *map(str, numbers)], given)
        except OSError as error:
            _log.warning(
                "No guardian (%s). Should this process die, whoever looks next ends its runs.", error
            )
            self.abandon()
        finally:
            for file in given:
                os.close(file)

    def watch(self, group: int) -> None:
        """A process group has begun."""
        self._tell(f"+group {group}")

    def forget(self, group: int) -> None:
        """A process group has ended."""
        self._tell(f"-group {group}")

    @contextmanager
    def leaving(self, command: Sequence[str]) -> Iterator[None]:
        """Should this process die in the body, start ``command``, with what is known of the death as further words:
        pid, status (as ``wait`` says it, or empty), memory and most memory in bytes, processes killed out of memory."""
        number = next(self._numbers)
        self._tell(f"+words {number} {_hexadecimal(command)}")
        try:
            yield
        finally:
            self._tell(f"-words {number}")

    @contextmanager
    def joined_by(self, command: Sequence[str], after_seconds: float) -> Iterator[None]:
        """Should the body take so long, start ``command`` beside it. That has to see for itself when it is done.

        Only inside of :meth:`leaving`: without anything to record, nobody looks at the time.
        """
        number = next(self._numbers)
        self._tell(f"+later {number} {after_seconds} {_hexadecimal(command)}")
        try:
            yield
        finally:
            self._tell(f"-later {number}")

    def abandon(self) -> None:
        """Let it go: this process is a fork of the one that is guarded."""
        os.close(self._file)
        self.is_there = False

    def _tell(self, line: str) -> None:
        data = line.encode() + b"\n"
        with self._lock:
            while data and self.is_there:
                try:
                    data = data[os.write(self._file, data) :]
                except BrokenPipeError:
                    self.is_there = False  # somebody has killed it; runs go on without


def _hexadecimal(command: Sequence[str]) -> str:
    return os.fsencode(chr(0).join(command)).hex()


def _start(arguments: Sequence[str], files: Sequence[int]) -> None:
    """Start an interpreter that reads the first of ``files`` and holds all of them."""
    if not sys.executable or hasattr(sys, "frozen"):
        raise OSError("there is no interpreter to start, only a program that has one in it")
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", *arguments],
        stdin=files[0],
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # a signal to this process's group does not reach it
        pass_fds=files,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (_PACKAGE, os.environ.get("PYTHONPATH")))),
        },
    )
    child.returncode = 0  # nobody waits for it: it ends after this process


def _max_rss_bytes() -> int:
    return rss_bytes_of(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) if resource is not None else 0


_guardian: Guardian | None = None
_starting = threading.Lock()


def this_guardian() -> Guardian:
    """The guardian of this process, which is started when it is first asked for."""
    global _guardian
    with _starting:
        if _guardian is None or not _guardian.is_there:
            _guardian = Guardian()
        return _guardian


def _after_fork_in_child() -> None:
    global _guardian, _starting
    _starting = threading.Lock()
    if _guardian is not None:
        with suppress(OSError):  # a process that closes what it has inherited has closed this, too
            _guardian.abandon()
        _guardian = None


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_after_fork_in_child)
