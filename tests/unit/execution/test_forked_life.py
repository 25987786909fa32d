"""The end of a forked process: threads are waited for, and a pool that nobody has closed does not keep it alive."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from headwater.execution.forked_life import live_forked

_pools: list[ThreadPoolExecutor] = []


def leave_a_pool_open(said: Path) -> None:
    _pools.append(ThreadPoolExecutor(2))  # as libraries do that keep one for all their life
    _pools[-1].submit(said.write_text, "done").result()


def start_a_thread(said: Path) -> None:
    threading.Thread(target=said.write_text, args=("done",)).start()


@pytest.mark.parametrize("work", [leave_a_pool_open, start_a_thread])
def test_a_process_ends_when_its_work_is_done(work: Callable[[Path], None], tmp_path: Path) -> None:
    said = tmp_path / "said"
    child = os.fork()
    if child == 0:
        live_forked(lambda: work(said), untold=KeyboardInterrupt)
    status = os.waitpid(child, 0)[1]
    assert os.waitstatus_to_exitcode(status) == 0
    assert said.read_text() == "done"
