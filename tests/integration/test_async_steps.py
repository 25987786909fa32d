"""Asynchronous functions: together on one event loop, with the events and values that others have."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import AsyncIterator

import pytest

import headwater as hw
from headwater.model.event import EventKind


def kinds(result: hw.ExecuteInProcessResult, step_key: str) -> list[EventKind]:
    return [
        event.kind
        for event in result.all_events
        if event.step_key == step_key and event.kind is not EventKind.LOG
    ]


async def meet(barrier: asyncio.Barrier) -> int:
    async with asyncio.timeout(20):
        return await barrier.wait()


def test_independent_steps_wait_together() -> None:
    barrier = asyncio.Barrier(2)

    @hw.asset
    async def one() -> int:
        return await meet(barrier) + 1

    @hw.asset
    async def two() -> int:
        return await meet(barrier) + 1

    @hw.asset
    def both(one: int, two: int) -> int:
        return one + two

    result = hw.materialize_to_memory([one, two, both])
    assert result.output_for_node("both") == 3
    assert kinds(result, "one") == kinds(result, "two")
    assert kinds(result, "one") == [kind for kind in kinds(result, "both") if "INPUT" not in kind.value]


def test_all_run_in_one_loop_and_the_thread_of_the_run() -> None:
    @hw.op
    async def where() -> tuple[int, int]:
        return id(asyncio.get_running_loop()), threading.get_ident()

    @hw.op
    def compare(places: list[tuple[int, int]]) -> int:
        assert {thread for _, thread in places} == {threading.get_ident()}
        return len({loop for loop, _ in places})

    @hw.job
    def several() -> None:
        first = where()
        compare([first, where.alias("second")(), where.alias("third")()])

    assert several.execute_in_process().output_for_node("compare") == 1


def test_steps_that_await_nothing_run_beside_them() -> None:
    met = asyncio.Event()

    @hw.op
    async def waits() -> str:
        async with asyncio.timeout(20):
            await met.wait()
        return "met"

    @hw.op
    def begins() -> int:
        return 1

    @hw.op
    async def tells(number: int) -> int:
        met.set()
        return number

    @hw.job
    def beside() -> None:
        waits()
        tells(begins())

    assert beside.execute_in_process().output_for_node("waits") == "met"


def test_an_asynchronous_generator_gives_its_outputs_one_by_one() -> None:
    @hw.op(out={"a": hw.Out(), "b": hw.Out()})
    async def two_outputs() -> AsyncIterator[hw.Output[int]]:
        yield hw.Output(1, "a")
        await asyncio.sleep(0)
        yield hw.Output(2, "b")

    @hw.op(out=hw.DynamicOut())
    async def many() -> AsyncIterator[hw.DynamicOutput[int]]:
        for number in range(3):
            yield hw.DynamicOutput(number, str(number))

    @hw.op
    async def double(number: int) -> int:
        return number * 2

    @hw.op
    def total(numbers: list[int], more: int) -> int:
        return sum(numbers) + more

    @hw.job
    def dynamic() -> None:
        _, b = two_outputs()
        total(many().map(double).collect(), b)

    result = dynamic.execute_in_process()
    assert result.output_for_node("total") == 8
    assert kinds(result, "two_outputs") == [
        EventKind.STEP_START,
        EventKind.STEP_OUTPUT,
        EventKind.HANDLED_OUTPUT,
        EventKind.STEP_OUTPUT,
        EventKind.HANDLED_OUTPUT,
        EventKind.STEP_SUCCESS,
    ]


def test_log_lines_stay_with_their_step() -> None:
    barrier = asyncio.Barrier(2)

    async def talk(context: hw.OpExecutionContext) -> None:
        for number in range(3):
            await meet(barrier)
            hw.get_dagster_logger().info("%s %s", context.op.name, number)

    @hw.op
    async def first(context: hw.OpExecutionContext) -> None:
        await talk(context)

    @hw.op
    async def second(context: hw.OpExecutionContext) -> None:
        await talk(context)

    @hw.job
    def talking() -> None:
        first()
        second()

    with hw.DagsterInstance.ephemeral() as instance:
        result = talking.execute_in_process(instance=instance)
        lines = [event for event in instance.all_logs(result.run_id) if event.kind is EventKind.LOG]
    assert len(lines) == 6
    assert all(event.message.split()[0] == event.step_key for event in lines)


def test_waiting_for_a_retry_keeps_nobody_waiting() -> None:
    tried: list[int] = []
    again = asyncio.Event()

    @hw.op(retry_policy=hw.RetryPolicy(max_retries=1, delay=0.01))
    async def fails_once() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise ValueError("once")
        again.set()

    @hw.op
    async def waits_for_the_retry() -> None:
        async with asyncio.timeout(20):
            await again.wait()

    @hw.job
    def retried() -> None:
        fails_once()
        waits_for_the_retry()

    result = retried.execute_in_process()
    assert EventKind.STEP_RESTARTED in kinds(result, "fails_once")


def test_a_failure_names_what_was_raised() -> None:
    @hw.asset
    async def fails() -> None:
        raise ValueError("no luck")

    @hw.asset(deps=[fails])
    async def never() -> None: ...

    with pytest.raises(ValueError, match="no luck"):
        hw.materialize_to_memory([fails, never])
    result = hw.materialize_to_memory([fails, never], raise_on_error=False)
    assert kinds(result, "fails") == [EventKind.STEP_START, EventKind.STEP_FAILURE]
    assert kinds(result, "never") == []


def test_where_a_loop_runs_already() -> None:
    @hw.asset
    async def one() -> int:
        await asyncio.sleep(0)
        return 1

    @hw.asset
    def two(one: int) -> int:
        return one + 1

    async def notebook() -> int:
        result: int = hw.materialize_to_memory([one, two]).output_for_node("two")
        return result

    assert asyncio.run(notebook()) == 2


def test_a_pool_holds_within_a_run() -> None:
    at_work: list[str] = []

    @hw.op(pool="api")
    async def alone() -> None:
        assert not at_work
        at_work.append("x")
        for _ in range(5):
            await asyncio.sleep(0)
        at_work.pop()

    @hw.job
    def crowded() -> None:
        for number in range(4):
            alone.alias(f"alone_{number}")()

    with hw.DagsterInstance.ephemeral() as instance:
        instance.set_pool_limit("api", 1)
        assert crowded.execute_in_process(instance=instance).success


def test_an_interruption_ends_all_that_wait() -> None:
    barrier = asyncio.Barrier(2)
    cleaned: list[str] = []

    @hw.op
    async def waits(context: hw.OpExecutionContext) -> None:
        try:
            if await meet(barrier) == 0:
                os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)
        finally:
            cleaned.append(context.op.name)

    @hw.job
    def interrupted() -> None:
        waits.alias("first")()
        waits.alias("second")()

    with hw.DagsterInstance.ephemeral() as instance:
        started = time.monotonic()
        with pytest.raises(hw.DagsterExecutionInterruptedError):
            interrupted.execute_in_process(instance=instance)
        assert time.monotonic() - started < 20
        (run,) = instance.get_runs()
        events = instance.all_logs(run.run_id)
    assert run.status is hw.DagsterRunStatus.CANCELED
    assert sorted(cleaned) == ["first", "second"]
    failed = [event.step_key for event in events if event.kind is EventKind.STEP_FAILURE]
    assert sorted(str(each) for each in failed) == ["first", "second"]


def test_a_direct_call_gives_what_the_function_gives() -> None:
    @hw.asset
    async def described(context: hw.AssetExecutionContext) -> int:
        context.add_output_metadata({"rows": 1})
        return 3

    context = hw.build_asset_context()
    assert asyncio.run(described(context)) == 3
    assert context.get_output_metadata("result") == {"rows": 1}
