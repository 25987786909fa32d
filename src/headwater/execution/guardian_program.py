"""The guardian of a process that executes runs, a program of its own: does what is left to do when that process dies.

``guardian_program.py PID FILE MAX_RSS GRACE_SECONDS`` reads lines about its parent, the process of that number, which has
opened the pidfd FILE for it (-1 where the system has none) and has held MAX_RSS bytes so far:

``+group NUMBER``        a process group has begun
``+words NUMBER HEX``    should the process die, start this command (the words of it, joined by NUL, in hexadecimal)
``+later NUMBER SECONDS HEX``    should that be wanted still in so many seconds, start this command meanwhile
``-group NUMBER``, ``-words NUMBER``, ``-later NUMBER``    the group has ended, the command is not wanted any more

When the process is gone it starts the commands, each with what it knows of the death (``PID STATUS RSS MAX_RSS OOM_KILLS``;
an empty STATUS is unknown, sizes are bytes), and ends the groups: SIGTERM, and SIGKILL after the grace. It looks at the
process's memory a few times a second while there are commands, since nobody can ask for that afterwards.

It is started without site packages and imports only what the interpreter has at hand.
"""

import fcntl
import os
import select
import signal
import sys
import time

LOOK_SECONDS = 0.25
_GET_INFO, _EXITED, _INFO_BYTES, _EXIT_CODE_AT = 0xC040FF0B, 8, 64, 60  # PIDFD_GET_INFO: Linux 6.15 and later


class Memory:
    """What the process holds and has held at most, in bytes, and how many processes the system killed for want of it."""

    def __init__(self, pid: int, most: int) -> None:
        self._path = f"/proc/{pid}/status"
        self.now, self.most = 0, most
        self._kills = self._count_kills()

    def look(self) -> None:
        """Ask again. Of a process that is ending there is nothing to ask, so the last answer stays."""
        for line in _read(self._path).splitlines():
            if line.startswith(b"VmRSS:"):
                self.now = int(line.split()[1]) * 1024
            elif line.startswith(b"VmHWM:"):
                self.most = int(line.split()[1]) * 1024

    def kills(self) -> int:
        """How many processes the system killed, out of memory, since the guardian began."""
        return self._count_kills() - self._kills

    def _count_kills(self) -> int:
        lines = (line.split() for line in _read("/proc/vmstat").splitlines())
        return next((int(words[1]) for words in lines if words[0] == b"oom_kill"), 0)


class Ward:
    """The process that is guarded. Its parent may hear of its end before the guardian does, and leave no trace of it."""

    def __init__(self, pid: int, file: int) -> None:
        self.file = file
        try:
            self._stat = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
        except OSError:
            self._stat = -1  # it has died already, or the system is none that tells
        self._glimpsed: int | None = None

    def glimpse(self) -> None:
        """Note the status of a process that closes its files, as it does while it ends. (One that lives on has none.)"""
        self._glimpsed = self._status_before_wait() or None

    def status(self) -> "int | None":
        """How it ended, as ``wait`` says it; None if that cannot be known."""
        for ask in (self._status_before_wait, self._status_after_wait):
            status = ask()
            if status is not None:
                return status
        return self._glimpsed

    def _status_before_wait(self) -> "int | None":
        try:
            return int(os.pread(self._stat, 4096, 0).split()[-1])
        except OSError:  # its parent has waited for it already
            return None

    def _status_after_wait(self) -> "int | None":
        answer = bytearray(_INFO_BYTES)
        answer[0] = _EXITED
        try:
            fcntl.ioctl(self.file, _GET_INFO, answer, True)
        except OSError:
            return None
        if not answer[0] & _EXITED:
            return None
        return int.from_bytes(answer[_EXIT_CODE_AT : _EXIT_CODE_AT + 4], sys.byteorder)


class Duties:
    """What is to be done when the process dies."""

    def __init__(self) -> None:
        self.groups: set[int] = set()
        self.commands: dict[int, list[str]] = {}
        self.later: dict[int, tuple[float, list[str]]] = {}
        self._started: list[int] = []
        self._rest = b""

    def hear(self) -> bool:
        """Take the lines that have come; whether more can come."""
        try:
            data = os.read(0, 65536)
        except BlockingIOError:
            return True
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line.decode().split())
        return bool(data)

    def _take(self, words: "list[str]") -> None:
        kind, number = words[0], int(words[1])
        if kind == "+group":
            self.groups.add(number)
        elif kind == "-group":
            self.groups.discard(number)
        elif kind == "+words":
            self.commands[number] = _command(words[2])
        elif kind == "+later":
            self.later[number] = time.monotonic() + float(words[2]), _command(words[3])
        elif kind == "-later":
            self.later.pop(number, None)
        else:
            self.commands.pop(number, None)

    def start_what_is_due(self) -> None:
        """Start the commands whose time has come."""
        now = time.monotonic()
        for number in [number for number, (at, _) in self.later.items() if at <= now]:
            _, command = self.later.pop(number)
            self._started.append(os.posix_spawn(command[0], command, os.environ))
        self._started = [pid for pid in self._started if os.waitpid(pid, os.WNOHANG)[0] == 0]


def watch(ward: Ward, duties: Duties, memory: Memory) -> None:
    """Return when the process is gone."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    if ward.file >= 0:
        poll.register(ward.file, select.POLLIN)
    while True:
        there = [file for file, _ in poll.poll(LOOK_SECONDS * 1000 if duties.commands else None)]
        if 0 in there and not duties.hear():
            if ward.file < 0:
                return
            ward.glimpse()
            poll.unregister(0)  # a process can close its files and live on
        if ward.file in there:
            while duties.hear() and select.select([0], [], [], 0)[0]:
                pass
            return
        if duties.commands:
            memory.look()
            duties.start_what_is_due()


def send(groups: "set[int]", number: int) -> "set[int]":
    """Signal each group; those that are still there."""
    there = set()
    for group in groups:
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            continue
        there.add(group)
    return there


def end(groups: "set[int]", grace_seconds: float) -> None:
    """End the groups."""
    groups = send(groups, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while groups and time.monotonic() < deadline:
        time.sleep(0.02)
        groups = send(groups, 0)
    send(groups, signal.SIGKILL)


def main(pid: int, file: int, max_rss: int, grace_seconds: float) -> None:
    """Guard the process."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.set_blocking(0, False)
    ward, duties, memory = Ward(pid, file), Duties(), Memory(pid, max_rss)
    watch(ward, duties, memory)
    status = ward.status()
    facts = [pid, "" if status is None else status, memory.now, memory.most, memory.kills()]
    started = [
        os.posix_spawn(command[0], [*command, *map(str, facts)], os.environ)
        for command in duties.commands.values()
    ]
    end(duties.groups, grace_seconds)
    for each in started:
        os.waitpid(each, 0)


def _command(text: str) -> "list[str]":
    return bytes.fromhex(text).decode("utf-8", "surrogateescape").split("\0")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""  # the process is gone, or the system has no such file


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
