"""The guardian: what it does when the process that it guards is gone, and that it does nothing otherwise."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from headwater.execution.guardian import Guardian
from tests.faults.run_under_test import wait_for_end

GUARDED = """
import os, select, subprocess, sys
from headwater.execution.guardian import this_guardian

RECORDER = "import sys; sys.stderr.write(repr(sys.argv[1:]))"
group = subprocess.Popen(["sleep", "1000"], process_group=0, stdout=subprocess.DEVNULL)
with this_guardian().leaving([sys.executable, "-c", RECORDER, "recorded", "a b"]):
    this_guardian().watch(group.pid)
    print(group.pid, flush=True)
    {what}
group.kill()
group.wait()
this_guardian().forget(group.pid)
"""


class Ended(NamedTuple):
    """A process that was guarded, the process group that it had, and what was recorded of its death."""

    pid: int
    group: int
    recorded: list[str]


def run(what: str) -> Ended:
    """Run ``what`` in a process that is guarded, and wait for the guardian."""
    process = subprocess.Popen(
        [sys.executable, "-c", GUARDED.format(what=what)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    out, err = process.communicate(timeout=60)
    return Ended(process.pid, int(out), ast.literal_eval(err.splitlines()[-1]) if err else [])


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("os.kill(os.getpid(), 9)", 9),
        ("os.abort()", signal.SIGABRT),
        ("os._exit(3)", 3 << 8),
        ("os.closerange(3, 100); os._exit(3)", 3 << 8),
    ],
    ids=["killed", "aborted", "exit", "with its files closed"],
)
def test_a_death(what: str, status: int) -> None:
    ended = run(what)
    assert ended.recorded[:4] == ["recorded", "a b", str(ended.pid), str(status)]
    most_memory, oom_kills = map(int, ended.recorded[5:])
    assert most_memory > 1_000_000
    assert oom_kills == 0
    assert wait_for_end([ended.group]) < 2.0


def test_a_process_that_ends_well() -> None:
    ended = run("pass")
    assert ended.recorded == []
    assert wait_for_end([ended.group]) < 2.0


def test_a_fork_that_lives_on_hides_no_death() -> None:
    """It has inherited all files of the process."""
    ended = run(
        "child = os.fork()\n"
        "    if child == 0: os.closerange(0, 3); select.select([], [], [], 5); os._exit(0)\n"
        "    os.kill(os.getpid(), 9)"
    )
    assert ended.recorded[2:4] == [str(ended.pid), "9"]
    assert wait_for_end([ended.group]) < 2.0


def test_the_death_of_a_fork_is_its_own() -> None:
    ended = run("child = os.fork()\n    if child == 0: os._exit(0)\n    os.waitpid(child, 0); os._exit(1)")
    assert ended.recorded[2:4] == [str(ended.pid), str(1 << 8)]


def test_a_guardian_that_somebody_killed_is_missed_by_nobody() -> None:
    ended = run(
        "guardian = open(f'/proc/{os.getpid()}/task/{os.getpid()}/children').read().split()[-1]\n"
        "    os.kill(int(guardian), 9); os.waitpid(int(guardian), 0)"
    )
    assert ended.recorded == []
    assert wait_for_end([ended.group]) < 2.0


@pytest.mark.parametrize("executable", ["/nowhere/python", ""])
def test_where_none_can_be_started_there_is_a_warning(
    executable: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    guardian = Guardian()
    with guardian.leaving(["no", "matter"]):
        assert not guardian.is_there
    assert "whoever looks next ends its runs" in caplog.text


def test_what_lasts_is_joined_by_another_process(tmp_path: Path) -> None:
    there, never = tmp_path / "there", tmp_path / "never"
    os.mkfifo(there)
    guardian = Guardian()
    with guardian.leaving(["true"]):
        with guardian.joined_by(["/usr/bin/touch", str(never)], 60.0):
            pass
        with guardian.joined_by([sys.executable, "-c", f"open({str(there)!r}, 'w').write('here')"], 0.0):
            assert there.read_text() == "here"  # waits for who writes
    guardian.abandon()
    assert not never.exists()
