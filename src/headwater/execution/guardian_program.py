"""The guardian of a run, a program of its own: ends the run's step processes when the run's process is gone.

``guardian_program.py GRACE_SECONDS COMMAND…`` reads ``+PID`` and ``-PID`` lines: process groups that begin and end. The
word ``done`` ends it. When its input ends without that word, the process at the other end has died: the guardian starts
COMMAND, which records the death, and ends the groups: SIGTERM, and SIGKILL after the grace.

It is started without site packages and imports only what the interpreter has at hand.
"""

import os
import signal
import sys
import time


def watch() -> "set[int] | None":
    """The groups that are left when the input ends; None when all is well."""
    groups: set[int] = set()
    for line in sys.stdin:
        word = line.strip()
        if word == "done":
            return None
        pid = int(word[1:])
        if word[0] == "+":
            groups.add(pid)
        else:
            groups.discard(pid)
    return groups


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


def main(grace_seconds: float, command: "list[str]") -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = watch()
    if groups is None:
        return
    recorder = os.posix_spawn(command[0], command, os.environ) if command else None
    groups = send(groups, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while groups and time.monotonic() < deadline:
        time.sleep(0.02)
        groups = send(groups, 0)
    send(groups, signal.SIGKILL)
    if recorder is not None:
        os.waitpid(recorder, 0)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
