"""What steps print: kept for each step while it runs, however it runs, shown as ever, and never without bounds."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import headwater as hw
from headwater.cli.main import headwater
from headwater.execution import step_output, step_streams
from headwater.execution.captured_text import captured_texts
from headwater.model.event import EventKind

BARRIER = threading.Barrier(2, timeout=20)
TOGETHER: dict[str, asyncio.Barrier] = {}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[hw.DagsterInstance]:
    with hw.DagsterInstance.open(tmp_path / "home") as opened:
        yield opened


def printed(instance: hw.DagsterInstance, run_id: str) -> dict[tuple[str, str], list[str]]:
    texts = captured_texts(Path(instance.logs_directory(run_id)))
    return {(text.step_key, text.stream): list(text.lines()) for text in texts}


def config_of(executor: str) -> dict[str, Any]:
    return {"execution": {"config": {executor: {}}}}


@hw.op
def talks(context: hw.OpExecutionContext) -> None:
    print("to the output")
    print("to the error", file=sys.stderr)
    context.log.info("to the log")


@hw.op
def is_silent() -> None: ...


@hw.job
def talking() -> None:
    talks()
    is_silent()


@hw.op
def talks_beside(context: hw.OpExecutionContext) -> None:
    for number in range(3):
        BARRIER.wait()
        print(context.op.name, number)


@hw.op
async def talks_and_waits(context: hw.OpExecutionContext) -> None:
    for number in range(3):
        await TOGETHER["barrier"].wait()
        print(context.op.name, number)


@hw.job(executor_def=hw.threaded_executor.configured({"max_concurrent": 2}))
def beside() -> None:
    talks_beside.alias("first")()
    talks_beside.alias("second")()


@hw.job
def waiting() -> None:
    talks_and_waits.alias("first")()
    talks_and_waits.alias("second")()


@hw.op(config_schema={"lines": int})
def floods(context: hw.OpExecutionContext) -> None:
    for number in range(context.op_config["lines"]):
        print(f"line {number}")


@hw.job
def flooding() -> None:
    floods()


@pytest.mark.parametrize("executor", ["in_process", "threaded", "multiprocess"])
def test_what_a_step_prints_is_kept_and_shown(
    instance: hw.DagsterInstance, capfd: pytest.CaptureFixture[str], executor: str
) -> None:
    before = sys.stdout, sys.stderr
    result = hw.execute_job(hw.reconstructable(talking), instance, run_config=config_of(executor))
    assert (sys.stdout, sys.stderr) == before
    assert printed(instance, result.run_id) == {
        ("talks", "stdout"): ["to the output"],
        ("talks", "stderr"): ["to the error"],
    }
    shown = capfd.readouterr()
    assert "to the output" in shown.out
    assert "to the error" in shown.err
    kept = [each for each in instance.all_logs(result.run_id) if each.kind is EventKind.LOGS_CAPTURED]
    assert "talks" in {each.step_key for each in kept}


def test_steps_at_the_same_time_are_told_apart(instance: hw.DagsterInstance) -> None:
    TOGETHER["barrier"] = asyncio.Barrier(2)
    runs = [
        hw.execute_job(hw.reconstructable(beside), instance),
        waiting.execute_in_process(instance=instance),
    ]
    for result in runs:
        assert printed(instance, result.run_id) == {
            (name, "stdout"): [f"{name} {number}" for number in range(3)] for name in ("first", "second")
        }


def test_lines_can_be_read_while_the_step_runs(instance: hw.DagsterInstance) -> None:
    seen: list[dict[tuple[str, str], list[str]]] = []

    @hw.op
    def looks(context: hw.OpExecutionContext) -> None:
        print("so far")
        seen.append(printed(instance, context.run_id))

    @hw.job
    def looking() -> None:
        looks()

    looking.execute_in_process(instance=instance)
    assert seen == [{("looks", "stdout"): ["so far"]}]


@pytest.mark.parametrize("executor", ["in_process", "multiprocess"])
def test_of_very_much_the_last_is_kept(
    instance: hw.DagsterInstance, monkeypatch: pytest.MonkeyPatch, executor: str
) -> None:
    for module in (step_output, step_streams):
        monkeypatch.setattr(module, "KEPT_BYTES", 10_000)
    config = config_of(executor) | {"ops": {"floods": {"config": {"lines": 20_000}}}}
    result = hw.execute_job(hw.reconstructable(flooding), instance, run_config=config)
    (lines,) = printed(instance, result.run_id).values()
    assert lines[-1] == "line 19999"
    files = list(Path(instance.logs_directory(result.run_id)).iterdir())
    if executor == "in_process":
        assert sum(path.stat().st_size for path in files) < 21_000
        assert lines[-100:] == [f"line {number}" for number in range(19_900, 20_000)]


def test_of_a_run_in_memory_nothing_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    result = talking.execute_in_process()
    assert result.success
    assert "to the output" in capsys.readouterr().out


def test_the_command_shows_it(instance: hw.DagsterInstance, tmp_path: Path) -> None:
    result = talking.execute_in_process(instance=instance)
    told = CliRunner(env={"HEADWATER_HOME": str(tmp_path / "home")}).invoke(
        headwater, ["run", "show", result.run_id, "--logs"]
    )
    assert told.exit_code == 0, told.output
    assert "talks (stdout)" in told.output
    assert "to the output" in told.output
