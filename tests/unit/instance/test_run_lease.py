"""Leases of runs: held while a process executes one, free as soon as it is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from headwater.instance.run_lease import Holder, RunLeases
from headwater.model.errors import StorageError

HOLD = """
import sys
from pathlib import Path
from headwater.instance.run_lease import RunLeases

with RunLeases(Path(sys.argv[1])).held("r"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_held_and_free(tmp_path: Path) -> None:
    leases = RunLeases(tmp_path)
    assert leases.holder("r") is None
    with leases.held("r"):
        assert leases.holder("r") == Holder.here()
        assert leases.run_ids() == ["r"]
        with leases.claimed("r") as claim:
            assert claim is None
    assert leases.holder("r") is None
    assert leases.run_ids() == []


def test_two_cannot_hold_it(tmp_path: Path) -> None:
    leases = RunLeases(tmp_path)
    with leases.held("r"), pytest.raises(StorageError, match="executed already"), leases.held("r"):
        pytest.fail("held twice")


def test_who_died_leaves_it(tmp_path: Path) -> None:
    leases = RunLeases(tmp_path)
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        holder = leases.holder("r")
        assert holder is not None
        assert holder.is_here
        assert holder.pid == child.pid
        child.kill()
        child.wait()
    assert leases.holder("r") is None
    assert leases.run_ids() == ["r"]
    with leases.claimed("r") as claim:
        assert claim is not None
        assert claim.holder == holder
        with leases.claimed("r") as another:
            assert another is None
    assert leases.run_ids() == []


def test_a_fork_does_not_hold_it(tmp_path: Path) -> None:
    leases = RunLeases(tmp_path)
    reading, writing = os.pipe()
    with leases.held("r"):
        if (child := os.fork()) == 0:
            os.close(writing)
            os.read(reading, 1)  # lives on until the test lets it go
            os._exit(0)
    assert leases.holder("r") is None
    os.close(writing)
    os.waitpid(child, 0)
    os.close(reading)


def test_a_fork_that_leaves_the_body_releases_nothing(tmp_path: Path) -> None:
    leases = RunLeases(tmp_path)
    try:
        with leases.held("r"):
            if (child := os.fork()) == 0:
                raise KeyError
            os.waitpid(child, 0)
            assert leases.holder("r") is not None
    except KeyError:
        os._exit(0)


def test_who_looks_disturbs_nobody(tmp_path: Path) -> None:
    """Reading another's backup of the folder, or asking who holds a lease, does not release it."""
    leases = RunLeases(tmp_path)
    with leases.held("r"):
        next(tmp_path.iterdir()).read_bytes()
        assert leases.holder("r") is not None
        assert leases.holder("r") is not None


@pytest.mark.parametrize("run_id", ["../up", "a/b", "..", "ü %41"])
def test_any_run_id_is_a_name_in_the_folder(tmp_path: Path, run_id: str) -> None:
    leases = RunLeases(tmp_path / "leases")
    with leases.held(run_id):
        assert leases.run_ids() == [run_id]
    assert list(tmp_path.iterdir()) == [tmp_path / "leases"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "leases").write_text("a file")
    with pytest.raises(StorageError, match="leases"), RunLeases(tmp_path / "leases").held("r"):
        pytest.fail("held nowhere")


def test_a_process_elsewhere_cannot_be_signalled() -> None:
    assert not Holder(pid=1, place="another").is_here
