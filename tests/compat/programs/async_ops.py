"""Asynchronous ops and assets: values, generators, failures, retries, direct calls; the events of each step.

oracle: both
"""

import asyncio

from dagster import (
    DynamicOut,
    DynamicOutput,
    Failure,
    Out,
    Output,
    RetryPolicy,
    asset,
    build_asset_context,
    job,
    materialize,
    op,
)
from observe import CHATTER, caught, show

tries = []


@op
async def one():
    await asyncio.sleep(0)
    return 1


@op(out={"a": Out(), "b": Out(is_required=False)})
async def generated(one):
    yield Output(one, "a", metadata={"rows": 2})
    await asyncio.sleep(0)


@op(out=DynamicOut())
async def many():
    for number in range(3):
        yield DynamicOutput(number, str(number))


@op
async def double(number):
    return number * 2


@op
async def never(b):
    return b


@op
async def total(numbers, a):
    return sum(numbers) + a


@op(retry_policy=RetryPolicy(max_retries=1))
async def fails_once():
    tries.append(1)
    if len(tries) == 1:
        raise ValueError("once")
    return len(tries)


@job
def good():
    a, b = generated(one())
    never(b)
    total(many().map(double).collect(), a)
    fails_once()


@op
async def raises():
    await asyncio.sleep(0)
    raise KeyError("no")


@op
async def says_failure():
    raise Failure("no", metadata={"code": 7})


@op
async def wrong_type() -> int:
    return "no number"


@op(out={"a": Out(), "b": Out()})
async def ends_early():
    yield Output(1, "a")


@job
def bad():
    raises()
    says_failure()
    wrong_type()
    ends_early()


@asset
async def upstream():
    return [1, 2]


@asset
async def downstream(context, upstream):
    context.add_output_metadata({"rows": len(upstream)})
    return sum(upstream)


def by_step(result):
    steps = {}
    for event in result.all_events:
        if event.event_type_value not in {*CHATTER, "ASSET_OBSERVATION"}:  # 1.4 observes what it loads
            steps.setdefault(event.step_key or "run", []).append(event.event_type_value)
    return dict(sorted(steps.items()))


async def drained(generator):
    return [(each.output_name, each.value) async for each in generator]


if __name__ == "__main__":
    result = good.execute_in_process()
    failed = bad.execute_in_process(raise_on_error=False)
    made = materialize([upstream, downstream])
    context = build_asset_context()
    show(
        good=by_step(result),
        bad=by_step(failed),
        values=[result.output_for_node("total"), result.output_for_node("fails_once")],
        assets=by_step(made),
        value=made.output_for_node("downstream"),
        direct=[
            asyncio.run(double(4)),
            asyncio.run(drained(generated(5))),
            asyncio.run(downstream(context, [3])),
        ],
        direct_kind=[type(many()).__name__],
        errors=[
            caught(bad.execute_in_process, op_selection=[name])
            for name in ("raises", "says_failure", "wrong_type", "ends_early")
        ],
    )
