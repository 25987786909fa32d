"""What Headwater starts for a program that imports ``dagster`` is told what that means."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
from dagster import DagsterInstance, execute_job, job, multiprocess_executor, op, reconstructable


@op
def one():
    return 1


@job(executor_def=multiprocess_executor.configured({"start_method": {"spawn": {}}}))
def steps():
    one()


if __name__ == "__main__":
    with DagsterInstance.local_temp("home") as instance:
        with execute_job(reconstructable(steps), instance=instance) as result:
            print(result.output_for_node("one"))
"""


def test_a_step_in_a_new_interpreter(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "home").mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "headwater.compat", "program.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.stdout == "1\n", ended.stderr[-2000:]
