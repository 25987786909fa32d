"""Ops, graphs and jobs as users annotate them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

import headwater as hw

if TYPE_CHECKING:
    from headwater import OpExecutionContext


@hw.op
def read() -> int:
    return 1


@hw.op(out={"even": hw.Out(int, is_required=False), "odd": hw.Out(int, is_required=False)})
def sort(context: OpExecutionContext, number: int):  # type: ignore[no-untyped-def]
    yield hw.Output(number, "odd" if number % 2 else "even")


@hw.op(out=hw.DynamicOut(int))
def fan() -> list[hw.DynamicOutput[int]]:
    made = hw.DynamicOutput(1, mapping_key="one")
    assert_type(made.value, int)
    return [made]


@hw.op(ins={"numbers": hw.In(list[int])}, retry_policy=hw.RetryPolicy(max_retries=2, delay=1))
def total(numbers: list[int]) -> int:
    return sum(numbers)


@hw.graph
def summed() -> object:
    return total(fan().map(read).collect())


@hw.job(tags={"team": "data"}, resource_defs={"one": hw.ResourceDefinition.hardcoded_resource(1)})
def nightly() -> None:
    sort(read())


@hw.success_hook
def tell(context: hw.HookContext) -> None:
    context.log.info("done")


@hw.schedule(cron_schedule="0 6 * * *", job=nightly)
def mornings(context: hw.ScheduleEvaluationContext) -> hw.RunRequest:
    return hw.RunRequest(run_key="x")


assert_type(read, hw.OpDefinition)
assert_type(total, hw.OpDefinition)
assert_type(summed, hw.GraphDefinition)
assert_type(nightly, hw.JobDefinition)
assert_type(mornings, hw.ScheduleDefinition)
assert_type(nightly.with_hooks({tell}), hw.JobDefinition)

done: bool = nightly.execute_in_process().success
