"""Processes of runs: told apart, found dead, waited for."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec
import pytest

from headwater.instance.run_process import RunProcess, start_of, this_process


def test_this_process_is_alive() -> None:
    process = this_process()
    assert process.pid == os.getpid()
    assert process.is_alive


def test_another_process_of_the_same_number_is_not_it() -> None:
    assert not msgspec.structs.replace(this_process(), started="before").is_alive


def test_a_process_elsewhere_counts_as_alive() -> None:
    elsewhere = msgspec.structs.replace(this_process(), machine="another", started="before")
    assert elsewhere.is_alive
    assert not elsewhere.send(0)


def test_a_dead_one_that_nobody_has_reaped_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as child:
        started = start_of(child.pid)
        assert started is not None
        process = RunProcess(pid=child.pid, started=started, machine=this_process().machine)
        assert not process.wait(0.0)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it is dead now, and still in the table
        assert process.wait(0.0)


@pytest.mark.parametrize("pid", [2**22 + 1])
def test_no_process(pid: int) -> None:
    assert start_of(pid) is None
