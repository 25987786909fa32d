"""Jobs that the tests beside it run in several processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import headwater as hw

TWO = hw.multiprocess_executor.configured({"max_concurrent": 2})


@hw.op
def number() -> int:
    return 1


@hw.op
def plus_one(value: int) -> int:
    return value + 1


@hw.op
def own_process() -> list[Any]:
    return [os.getpid(), threading.active_count()]


@hw.job(executor_def=TWO)
def two_steps() -> None:
    plus_one(number())


@hw.job
def chosen_by_config() -> None:
    own_process()


# -- limits and priorities --------------------------------------------------------------------------------------


@hw.op(config_schema={"folder": str}, pool="api", tags={"kind": "greedy"})
def alone(context: hw.OpExecutionContext) -> None:
    mark = os.path.join(context.op_config["folder"], "at work")
    os.close(os.open(mark, os.O_CREAT | os.O_EXCL))  # fails beside another one
    os.unlink(mark)


@hw.job(executor_def=hw.multiprocess_executor)
def crowded() -> None:
    for index in range(4):
        alone.alias(f"alone_{index}")()


@hw.op(tags={"dagster/priority": "5"}, ins={"after": hw.In(hw.Nothing)})
def urgent() -> None: ...


@hw.op
def ordinary() -> None: ...


@hw.job(executor_def=hw.multiprocess_executor.configured({"max_concurrent": 1}))
def by_priority() -> None:
    for index in range(3):
        ordinary.alias(f"ordinary_{index}")()
    urgent(ordinary.alias("first")())


# -- failures ---------------------------------------------------------------------------------------------------


class OwnError(Exception):
    """An error that cannot be made again from its message."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{reason} ({code})")


@hw.op
def raises() -> None:
    raise ValueError("no such luck")


@hw.op
def raises_own() -> None:
    raise OwnError(7, "odd")


@hw.job(executor_def=TWO)
def failing() -> None:
    raises()
    raises_own()


@hw.op(retry_policy=hw.RetryPolicy(max_retries=1, delay=0.3))
def fails_first(context: hw.OpExecutionContext) -> int:
    if context.retry_number == 0:
        raise ValueError("not yet")
    return 1


@hw.job(executor_def=hw.multiprocess_executor.configured({"max_concurrent": 1}))
def retried() -> None:
    fails_first()
    for index in range(3):
        number.alias(f"number_{index}")()


@hw.op(retry_policy=hw.RetryPolicy(max_retries=1))
def dies() -> None:
    os._exit(3)


@hw.op
def asks_again() -> None:
    raise hw.RetryRequested(max_retries=1)


@hw.job
def tried_again() -> None:
    fails_first()
    asks_again()


@hw.job(executor_def=TWO)
def dying() -> None:
    dies()


@hw.resource
def broken(_: hw.InitResourceContext) -> None:
    raise RuntimeError("no connection")


@hw.op(required_resource_keys={"broken"})
def uses_broken(context: hw.OpExecutionContext) -> None:
    assert context.resources.broken


@hw.job(executor_def=TWO, resource_defs={"broken": broken})
def without_resource() -> None:
    uses_broken()


# -- running again ----------------------------------------------------------------------------------------------


@hw.op(out=hw.DynamicOut())
def many() -> Iterator[hw.DynamicOutput[int]]:
    for index in range(3):
        yield hw.DynamicOutput(index, str(index))


@hw.op
def double(context: hw.OpExecutionContext, value: int) -> int:
    if value == 1 and not os.path.exists(os.environ["HEADWATER_TEST_MARK"]):
        raise ValueError("not yet")
    return value * 2


@hw.op
def total(values: list[int]) -> int:
    return sum(values)


@hw.job(executor_def=TWO)
def mapped() -> None:
    total(many().map(double).collect())


@hw.multi_asset(specs=[hw.AssetSpec("left"), hw.AssetSpec("right")], can_subset=True)
def halves(context: hw.AssetExecutionContext) -> Iterator[hw.MaterializeResult[Any]]:
    for key in sorted(context.selected_asset_keys):
        if key.to_user_string() == "right" and not os.path.exists(os.environ["HEADWATER_TEST_MARK"]):
            raise ValueError("not yet")
        yield hw.MaterializeResult(asset_key=key)


@hw.asset(deps=["left", "right"])
def whole() -> int:
    return 2


defs = hw.Definitions(assets=[halves, whole], jobs=[hw.define_asset_job("assets")])


def make_assets() -> hw.JobDefinition:
    return defs.get_job_def("assets")


# -- output -----------------------------------------------------------------------------------------------------


@hw.op
def talks() -> None:
    print("to the output")
    os.system("echo from a child >&2")


@hw.job(executor_def=TWO)
def talking() -> None:
    talks()
