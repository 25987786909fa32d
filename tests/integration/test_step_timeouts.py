"""Time limits of steps and runs, by whichever executor: the step or run fails, and says why and what to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import headwater as hw
from headwater.model.errors import RunTimeoutError, StepTimeoutError
from headwater.model.event import EventKind, RunFailureData, StepFailureData

SHORT = {hw.STEP_TIMEOUT_SECONDS_TAG: "0.2"}
LONG_SECONDS = 60


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[hw.DagsterInstance]:
    with hw.DagsterInstance.open(tmp_path / "home") as opened:
        yield opened


@hw.op(tags=SHORT)
def sleeps() -> None:
    time.sleep(LONG_SECONDS)


@hw.op(tags=SHORT)
def computes() -> None:
    until = time.monotonic() + LONG_SECONDS
    while time.monotonic() < until:
        pass


@hw.op(tags=SHORT)
async def awaits() -> None:
    await asyncio.sleep(LONG_SECONDS)


@hw.op(tags=SHORT)
def yields() -> Iterator[hw.Output[int]]:
    yield hw.Output(1)
    time.sleep(LONG_SECONDS)


@hw.op(tags=SHORT)
def will_not_end() -> None:
    while True:
        try:
            time.sleep(LONG_SECONDS)
        except BaseException:  # noqa: BLE001, S112 - what the test is about
            continue


@hw.op
def fine() -> int:
    return 1


@hw.failure_hook
def tell(context: hw.HookContext) -> None:
    context.log.info("told of %s", context.step_key)


@hw.job(hooks={tell})
def in_any_process() -> None:
    sleeps()
    computes()
    awaits()
    yields()
    fine()


@hw.job(hooks={tell})
def deaf() -> None:
    will_not_end()
    fine()


@hw.job
def slow() -> None:
    sleeps.tag({"headwater/step_timeout_seconds": str(LONG_SECONDS)})()


def messages(instance: hw.DagsterInstance, run_id: str, kind: EventKind) -> dict[str | None, str]:
    return {event.step_key: event.message for event in instance.all_logs(run_id) if event.kind is kind}


def config_of(executor: str, **settings: Any) -> dict[str, Any]:
    return {"execution": {"config": {executor: settings}}}


@pytest.mark.parametrize("executor", ["in_process", "multiprocess"])
def test_a_step_that_takes_too_long_fails(instance: hw.DagsterInstance, executor: str) -> None:
    began = time.monotonic()
    result = hw.execute_job(hw.reconstructable(in_any_process), instance, run_config=config_of(executor))
    assert time.monotonic() - began < LONG_SECONDS / 2
    assert result.get_failed_step_keys() == {"sleeps", "computes", "awaits", "yields"}
    for event in result.all_events:
        if isinstance(event.data, StepFailureData):
            assert event.data.error is not None
            assert event.data.error.cls_name == "StepTimeoutError"
            assert (
                f'Step "{event.step_key}" has taken longer than the 0.2 seconds' in event.data.error.message
            )
            assert "headwater/step_timeout_seconds" in event.data.error.message
    told = messages(instance, result.run_id, EventKind.LOG)
    assert len(told) == 4


def test_what_is_raised_names_step_and_limit() -> None:
    with pytest.raises(StepTimeoutError) as raised:
        in_any_process.execute_in_process(op_selection=["sleeps"])
    assert (raised.value.step_key, raised.value.limit_seconds) == ("sleeps", 0.2)


def test_in_threads_python_code_is_interrupted(instance: hw.DagsterInstance) -> None:
    result = hw.execute_job(
        hw.reconstructable(in_any_process),
        instance,
        run_config=config_of("threaded"),
        op_selection=["computes", "awaits", "fine"],
    )
    assert result.get_failed_step_keys() == {"computes", "awaits"}


def test_a_process_that_does_not_heed_its_limit_is_killed(instance: hw.DagsterInstance) -> None:
    began = time.monotonic()
    result = hw.execute_job(hw.reconstructable(deaf), instance, run_config=config_of("multiprocess"))
    assert time.monotonic() - began < LONG_SECONDS / 2
    assert result.get_failed_step_keys() == {"will_not_end"}
    assert "0.2 seconds" in messages(instance, result.run_id, EventKind.STEP_FAILURE)["will_not_end"]
    assert messages(instance, result.run_id, EventKind.LOG) == {"will_not_end": "told of will_not_end"}


def test_a_policy_tries_again() -> None:
    attempts: list[int] = []

    @hw.op(tags=SHORT, retry_policy=hw.RetryPolicy(max_retries=1))
    def slow_once() -> int:
        attempts.append(1)
        if len(attempts) == 1:
            time.sleep(LONG_SECONDS)
        return 1

    @hw.job
    def retried() -> None:
        slow_once()

    assert retried.execute_in_process().success
    assert len(attempts) == 2


def test_a_tag_of_the_run_limits_all_its_steps() -> None:
    @hw.asset
    def sleeps() -> None:
        time.sleep(LONG_SECONDS)

    result = hw.materialize_to_memory(
        [sleeps], tags={"headwater/step_timeout_seconds": "0.1"}, raise_on_error=False
    )
    assert not result.success


def test_a_tag_that_is_no_number() -> None:
    @hw.op(tags={"headwater/step_timeout_seconds": "soon"})
    def hasty() -> None: ...

    @hw.job
    def wrong() -> None:
        hasty()

    with pytest.raises(hw.DagsterInvalidDefinitionError, match="greater than 0"):
        wrong.execute_in_process()


# -- runs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("executor", ["in_process", "multiprocess"])
def test_a_run_that_takes_too_long_fails(instance: hw.DagsterInstance, executor: str) -> None:
    began = time.monotonic()
    result = hw.execute_job(
        hw.reconstructable(slow),
        instance,
        run_config=config_of(executor),
        tags={"dagster/max_runtime": "0.3"},
    )
    assert time.monotonic() - began < LONG_SECONDS / 2
    assert result.dagster_run.status is hw.DagsterRunStatus.FAILURE
    last = result.all_events[-1]
    assert isinstance(last.data, RunFailureData)
    assert last.data.error is not None
    assert last.data.error.cls_name == "RunTimeoutError"
    assert "0.3 seconds" in last.message


def test_the_limit_of_the_run_comes_before_the_limit_of_its_step() -> None:
    with pytest.raises(RunTimeoutError) as raised:
        slow.execute_in_process(tags={hw.MAX_RUNTIME_SECONDS_TAG: "0.1"})
    assert raised.value.limit_seconds == 0.1
