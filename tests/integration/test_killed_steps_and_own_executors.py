"""Hooks of steps whose process was killed, and executors which a function of the user's chooses."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import headwater as hw
from headwater.model.event import EventKind


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[hw.DagsterInstance]:
    with hw.DagsterInstance.open(tmp_path / "home") as opened:
        yield opened


@hw.failure_hook(required_resource_keys={"phone"})
def call(context: hw.HookContext) -> None:
    context.log.info("%s: %s", context.resources.phone, type(context.op_exception).__name__)


@hw.op
def is_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@hw.job(
    hooks={call},
    resource_defs={"phone": hw.ResourceDefinition.hardcoded_resource("555")},
    executor_def=hw.multiprocess_executor,
)
def killed() -> None:
    is_killed()


@hw.executor(config_schema={"here": bool})
def where(context: hw.InitExecutorContext) -> hw.ExecutorDefinition:
    return hw.in_process_executor if context.executor_config["here"] else hw.multiprocess_executor


@hw.op
def process() -> int:
    return os.getpid()


@hw.job(executor_def=where)
def chosen() -> None:
    process()


def test_hooks_hear_of_a_killed_step(instance: hw.DagsterInstance) -> None:
    result = hw.execute_job(hw.reconstructable(killed), instance)
    assert result.get_failed_step_keys() == {"is_killed"}
    events = instance.all_logs(result.run_id)
    lines = [(event.step_key, event.message) for event in events if event.kind is EventKind.LOG]
    assert lines == [("is_killed", "555: StepProcessDiedError")]
    assert EventKind.HOOK_COMPLETED in [event.kind for event in events]


@pytest.mark.parametrize("here", [True, False])
def test_a_function_chooses_the_executor(instance: hw.DagsterInstance, here: bool) -> None:
    config: dict[str, Any] = {"execution": {"config": {"here": here}}}
    with hw.execute_job(hw.reconstructable(chosen), instance, run_config=config) as result:
        assert (result.output_for_node("process") == os.getpid()) is here


def test_its_config_is_checked(instance: hw.DagsterInstance) -> None:
    with pytest.raises(hw.DagsterInvalidConfigError):
        hw.execute_job(
            hw.reconstructable(chosen), instance, run_config={"execution": {"config": {"there": 1}}}
        )
