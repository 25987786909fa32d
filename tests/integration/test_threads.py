"""Steps in threads: at once, within limits, each with its own log lines; and how they end when they must."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import headwater as hw
from headwater.definitions.executor import threaded_executor
from headwater.execution.run import Executor
from headwater.execution.step_limits import StepLimits
from headwater.execution.threads import ThreadExecutor
from headwater.instance.execute_job import execute_loaded_job
from headwater.model.event import EventKind

BARRIER = threading.Barrier(2, timeout=20)
AT_WORK = threading.Lock()
MEET = {"execution": {"config": {"threaded": {"max_concurrent": 2}}}}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[hw.DagsterInstance]:
    with hw.DagsterInstance.open(tmp_path / "home") as opened:
        yield opened


@hw.op
def meets(context: hw.OpExecutionContext) -> int:
    for number in range(3):
        BARRIER.wait()
        hw.get_dagster_logger().info("%s %s", context.op.name, number)
        context.log.info("%s %s", context.op.name, number)
    return threading.get_ident()


@hw.op
def count(threads: list[int]) -> int:
    return len(set(threads))


@hw.job
def meeting() -> None:
    count([meets.alias("first")(), meets.alias("second")()])


@hw.op(tags={"kind": "greedy"})
def alone() -> None:
    assert AT_WORK.acquire(blocking=False)
    time.sleep(0)
    AT_WORK.release()


@hw.op(tags={"dagster/concurrency_key": "api"})
def alone_by_key() -> None:
    assert AT_WORK.acquire(blocking=False)
    time.sleep(0)
    AT_WORK.release()


@hw.job(executor_def=threaded_executor)
def crowded() -> None:
    for number in range(8):
        alone.alias(f"alone_{number}")()


@hw.job(executor_def=threaded_executor)
def crowded_by_key() -> None:
    for number in range(8):
        alone_by_key.alias(f"alone_{number}")()


@hw.op
def interrupts_the_run() -> None:
    BARRIER.wait()
    os.kill(os.getpid(), signal.SIGINT)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pass


@hw.op
def cleans_up(context: hw.OpExecutionContext) -> None:
    try:
        BARRIER.wait()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            pass
    finally:
        context.log.info("cleaned up")


@hw.job(executor_def=threaded_executor.configured({"max_concurrent": 2}))
def interrupted() -> None:
    interrupts_the_run()
    cleans_up()


@hw.op(retry_policy=hw.RetryPolicy(max_retries=1))
def fails_once(context: hw.OpExecutionContext) -> int:
    if context.retry_number == 0:
        raise ValueError("once")
    return 1


@hw.op
def fails(number: int) -> None:
    raise ValueError("no luck")


@hw.op
def never(fails: None) -> None: ...


@hw.job(executor_def=threaded_executor)
def failing() -> None:
    never(fails(fails_once()))


def test_steps_run_at_once_each_with_its_own_lines(instance: hw.DagsterInstance) -> None:
    with hw.execute_job(hw.reconstructable(meeting), instance, run_config=MEET) as result:
        assert result.success
        assert result.output_for_node("count") == 2
    lines = [event for event in instance.all_logs(result.run_id) if event.kind is EventKind.LOG]
    assert len(lines) == 12
    assert all(event.message.split()[0] == event.step_key for event in lines)


def test_a_limit_of_a_tag_holds(instance: hw.DagsterInstance) -> None:
    limit = [{"key": "kind", "value": "greedy", "limit": 1}]
    config: dict[str, Any] = {"execution": {"config": {"tag_concurrency_limits": limit}}}
    assert hw.execute_job(hw.reconstructable(crowded), instance, run_config=config).success


def test_a_limit_of_a_concurrency_key_holds(instance: hw.DagsterInstance) -> None:
    instance.set_pool_limit("api", 1)
    assert hw.execute_job(hw.reconstructable(crowded_by_key), instance).success


def test_at_most_so_many_at_once(instance: hw.DagsterInstance) -> None:
    config: dict[str, Any] = {"execution": {"config": {"max_concurrent": 1}}}
    assert hw.execute_job(hw.reconstructable(crowded), instance, run_config=config).success


def test_failures_and_retries(instance: hw.DagsterInstance) -> None:
    result = hw.execute_job(hw.reconstructable(failing), instance)
    assert [event.step_key for event in result.all_events if event.kind is EventKind.STEP_RESTARTED] == [
        "fails_once"
    ]
    assert result.get_failed_step_keys() == {"fails"}
    with pytest.raises(ValueError, match="no luck"):
        hw.execute_job(hw.reconstructable(failing), instance, raise_on_error=True)


def test_an_interruption_ends_all_threads(instance: hw.DagsterInstance) -> None:
    began = time.monotonic()
    with pytest.raises(hw.DagsterExecutionInterruptedError):
        hw.execute_job(hw.reconstructable(interrupted), instance)
    assert time.monotonic() - began < 30
    (run,) = instance.get_runs()
    assert run.status is hw.DagsterRunStatus.CANCELED
    events = instance.all_logs(run.run_id)
    failed = [event.step_key for event in events if event.kind is EventKind.STEP_FAILURE]
    assert sorted(str(each) for each in failed) == ["cleans_up", "interrupts_the_run"]
    assert [event.message for event in events if event.kind is EventKind.LOG] == ["cleaned up"]


def test_a_thread_in_native_code_is_left_to_itself(instance: hw.DagsterInstance) -> None:
    held = threading.Event()

    @hw.op(tags={"headwater/step_timeout_seconds": "0.1"})
    def waits() -> None:
        held.wait(60)

    @hw.job(executor_def=executor_of(ThreadExecutor(StepLimits(1), grace_seconds=0.1)))
    def stuck() -> None:
        waits()

    try:
        result = execute_loaded_job(stuck, instance)
    finally:
        held.set()
    assert result.get_failed_step_keys() == {"waits"}


def executor_of(made: Executor) -> hw.ExecutorDefinition:
    @hw.executor
    def given(context: hw.InitExecutorContext) -> Executor:
        return made

    return given
