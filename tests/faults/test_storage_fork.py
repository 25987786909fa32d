"""A fork while the history is open: both sides go on, and no commit of either is lost."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from headwater.adapters.sql.sqlite.storage import open_storage
from tests.contracts.story import messages

pytestmark = pytest.mark.faults

PRELUDE = """
import os, sys, threading
from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.model.event import Event, EventKind

def line(text):
    return [Event(kind=EventKind.LOG, run_id="r1", message=text)]

storage = open_storage(sys.argv[1])
log = storage.event_log
log.append(line("parent before"))
log.run_events("r1")

def fork(child):
    pid = os.fork()
    if pid:
        return pid
    try:
        child()
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)

def wait(pid):
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""

# The child still writes when the parent closes, and would tidy up the log if it thought itself alone.
PARENT_CLOSES = """
begun, go = os.pipe(), os.pipe()

def child():
    log.append(line("child 1"))
    os.write(begun[1], b".")
    os.read(go[0], 1)
    log.append(line("child 2"))

pid = fork(child)
os.read(begun[0], 1)
log.append(line("parent after"))
storage.close()
os.write(go[1], b".")
wait(pid)
"""

MANY_GENERATIONS = """
def child():
    for number in range(20):
        log.append(line(f"child {number}"))
    wait(fork(lambda: log.append(line("grandchild"))))
    log.append(line("child last"))

pids = [fork(child) for _ in range(3)]
for number in range(20):
    log.append(line(f"parent {number}"))
for pid in pids:
    wait(pid)
"""

THREADS_AT_WORK = """
stop = threading.Event()

def work():
    while not stop.is_set():
        log.append(line("thread"))
        log.run_events("r1", limit=5)

threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for number in range(10):
    wait(fork(lambda: log.append(line(f"child {number}"))))
stop.set()
for thread in threads:
    thread.join()
"""


def lines_after(folder: Path, program: str) -> list[str]:
    command = [sys.executable, "-W", "ignore", "-c", PRELUDE + program, str(folder)]
    process = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert process.returncode == 0, process.stderr
    assert process.stderr == ""
    with contextlib.closing(open_storage(folder)) as storage:
        assert storage.database.rows("PRAGMA integrity_check") == [("ok",)]
        return messages(storage.event_log.run_events("r1"))


def test_a_parent_that_closes_takes_nothing_from_its_child(tmp_path: Path) -> None:
    assert lines_after(tmp_path, PARENT_CLOSES) == ["parent before", "child 1", "parent after", "child 2"]


def test_children_and_their_children(tmp_path: Path) -> None:
    lines = lines_after(tmp_path, MANY_GENERATIONS)
    assert len(lines) == 1 + 20 + 3 * 22
    assert lines.count("grandchild") == 3


def test_threads_that_write_while_another_forks(tmp_path: Path) -> None:
    lines = lines_after(tmp_path, THREADS_AT_WORK)
    assert [text for text in lines if text.startswith("child")] == [f"child {number}" for number in range(10)]
