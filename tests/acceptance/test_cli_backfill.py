"""Backfills from the shell: planned, carried out, finished after a failure, canceled by Ctrl-C and gone on with."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.acceptance.shell import Shell

GAUGES = """
    import os
    import time
    import headwater as hw

    days = hw.DailyPartitionsDefinition("2024-05-01", end_date="2024-05-05")

    @hw.asset(partitions_def=days)
    def rain(context) -> int:
        if context.partition_key == "2024-05-03" and not os.path.exists("mended"):
            raise ValueError("no rain that day")
        return 1

    @hw.asset(partitions_def=days, deps=[hw.AssetDep(rain, partition_mapping=hw.TimeWindowPartitionMapping(-1))])
    def flood() -> int:
        return 1

    @hw.asset(partitions_def=days)
    def slow(context) -> int:
        open("begun", "a").close()
        while not os.path.exists("hurry"):
            time.sleep(0.02)
        return 1

    defs = hw.Definitions(assets=[rain, flood, slow])
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, {"definitions.py": GAUGES})


def test_a_backfill_is_planned_run_and_finished(shell: Shell) -> None:
    planned = shell.says("backfill", "launch", "rain,flood", "--all", "--plan")
    assert [line.split()[1:4] for line in planned.splitlines()[1:3]] == [
        ["rain", "4", "4"],
        ["flood", "4", "4"],
    ]
    assert "8 runs" in planned

    ended = shell.run("backfill", "launch", "rain,flood", "--all", "--title", "May")
    assert ended.returncode == 1, ended.stderr
    lines = [line.split() for line in ended.stdout.splitlines()]
    assert lines[0][-3:] == ["DONE", "FAILED", "BLOCKED"]
    assert lines[1] == ["rain", "4", "3", "1", "-"]
    assert lines[2] == ["flood", "4", "2", "-", "2"]  # of the 3rd and the 4th of May
    (shown,) = [line for line in ended.stdout.splitlines() if "headwater run show" in line]
    assert "no rain that day" in shell.says(*shown.split("headwater ", 1)[1].split())

    (shell.path / "mended").touch()
    (row,) = shell.says("backfill", "list", "--status", "FAILURE").splitlines()[1:]
    resumed = shell.says("backfill", "resume", row.split()[0])
    assert "8 of 8 runs done" in resumed
    assert row.endswith("May")


def test_ctrl_c_cancels_and_resume_does_the_rest(shell: Shell) -> None:
    process = shell.start("backfill", "launch", "slow", "--partition", "2024-05-01,2024-05-02")
    assert process.stderr is not None
    while not (shell.path / "begun").exists():
        assert process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "CANCELED" in out
    (shell.path / "hurry").touch()
    name = out.partition("Backfill ")[2].partition(":")[0]
    assert "2 of 2 runs done" in shell.says("backfill", "resume", name)


@pytest.mark.slow  # a process for each command
def test_what_is_not_said_is_told_and_what_is_recorded_waits(shell: Shell) -> None:
    assert "--missing" in shell.fails("backfill", "launch", "rain")
    recorded = shell.run("backfill", "launch", "slow", "--all", "--no-wait")
    assert "headwater dev" in recorded.stderr
    name = recorded.stderr.partition("Backfill ")[2].split()[0]
    assert "paused" in shell.says("backfill", "pause", name)
    assert "CANCELED" in shell.says("backfill", "cancel", name)
