"""Which step of a run is next."""

from __future__ import annotations

from collections.abc import Iterator

import headwater as hw

BEGAN = ("STEP_START", "STEP_RESTARTED")


@hw.op(out=hw.DynamicOut(int))
def numbers() -> Iterator[hw.DynamicOutput[int]]:
    for number in (1, 2):
        yield hw.DynamicOutput(number, mapping_key=f"n{number}")


@hw.op(retry_policy=hw.RetryPolicy(max_retries=1))
def double(context: hw.OpExecutionContext, number: int) -> int:
    if number == 2 and context.retry_number == 0:
        raise ConnectionError("not yet")
    return number * 2


@hw.op
def name(number: int) -> str:
    return str(number)


@hw.op(retry_policy=hw.RetryPolicy(max_retries=1))
def first_fails(context: hw.OpExecutionContext) -> int:
    if context.retry_number == 0:
        raise ConnectionError("not yet")
    return 1


@hw.op
def other() -> int:
    return 2


def test_a_copy_waits_for_its_like_copy_only() -> None:
    @hw.job
    def chain() -> None:
        numbers().map(double).map(name)

    result = chain.execute_in_process()
    begun = [event.step_key for event in result.all_events if event.event_type_value in BEGAN]
    assert begun == ["numbers", "double[n1]", "double[n2]", "name[n1]", "double[n2]", "name[n2]"]


def test_others_go_on_while_a_step_waits_to_be_tried_again() -> None:
    @hw.job
    def both() -> None:
        name.alias("after")(first_fails())
        other()

    result = both.execute_in_process()
    begun = [event.step_key for event in result.all_events if event.event_type_value in BEGAN]
    assert begun == ["first_fails", "other", "first_fails", "after"]


@hw.op(out=hw.DynamicOut(int))
def fails_halfway() -> Iterator[hw.DynamicOutput[int]]:
    yield hw.DynamicOutput(1, mapping_key="one")
    raise ValueError("no more")


@hw.op
def add_up(numbers: list[int]) -> int:
    return sum(numbers)


def test_nothing_is_collected_of_a_step_that_failed() -> None:
    @hw.job
    def collecting() -> None:
        add_up(fails_halfway().map(name).collect())

    result = collecting.execute_in_process(raise_on_error=False)
    assert [event.step_key for event in result.all_events if event.is_step_start] == ["fails_halfway"]
