"""The history in memory: light, and alive after a fork."""

from __future__ import annotations

import subprocess
import sys

FORK_WHILE_A_THREAD_READS = """
import os, threading
from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.event import Event, EventKind

storage = MemoryStorage()
inside, leave = threading.Event(), threading.Event()

def hold():
    with storage._history.current():
        inside.set()
        leave.wait()

thread = threading.Thread(target=hold)
thread.start()
inside.wait()
child = os.fork()
if child == 0:
    number = storage.event_log.append([Event(kind=EventKind.LOG, run_id="r")])
    os._exit(0 if number == len(storage.event_log.run_events("r")) == 1 else 1)
_, status = os.waitpid(child, 0)
leave.set()
thread.join()
print(os.waitstatus_to_exitcode(status))
"""


def test_it_loads_no_database() -> None:
    probe = "import sys, headwater.adapters.memory.storage; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe]).returncode == 0


def test_a_lock_held_by_another_thread_does_not_follow_into_a_child() -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORK_WHILE_A_THREAD_READS]
    process = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert process.stdout == "0\n", process.stderr
