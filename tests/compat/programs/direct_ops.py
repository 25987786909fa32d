"""Ops called directly, with and without a context.

oracle: both
"""

import asyncio

from dagster import (
    AssetMaterialization,
    Config,
    ConfigurableResource,
    DynamicOut,
    DynamicOutput,
    In,
    Nothing,
    Out,
    Output,
    build_op_context,
    op,
)
from observe import caught, metadata, show


class Amount(Config):
    n: int = 2


class Store(ConfigurableResource):
    name: str


@op
def add(a, b=5):
    return a + b


@op(config_schema={"n": int}, required_resource_keys={"store"})
def configured(context, x):
    return [x, context.op_config["n"], context.resources.store]


@op
def typed(config: Amount, store: Store):
    return [config.n, store.name]


@op(out={"a": Out(), "b": Out()})
def two():
    yield Output(1, "a", metadata={"m": 1})
    yield Output(2, "b")


@op(out={"a": Out(), "b": Out()})
def two_returned():
    return 1, 2


@op(out=DynamicOut())
def dynamic():
    yield DynamicOutput(1, "x")


@op
def events(context):
    context.log_event(AssetMaterialization("table", metadata={"r": 1}))
    context.add_output_metadata({"k": "v"})
    return 1


@op
async def asynchronous():
    return 7


@op(ins={"start": In(Nothing)})
def after():
    return "after"


context = build_op_context(op_config={"n": 3}, resources={"store": "s"})
logging_context = build_op_context()
events(logging_context)
show(
    plain=[add(1), add(1, 2), add(a=1, b=3)],
    configured=configured(context, 1),
    by_name=configured(build_op_context(config={"n": 4}, resources={"store": "s"}), x=2),
    typed=typed(config=Amount(n=9), store=Store(name="s")),
    typed_context=typed(build_op_context(op_config={"n": 8}, resources={"store": Store(name="ctx")})),
    two=[[each.output_name, each.value] for each in two()],
    returned=two_returned(),
    dynamic=[[each.mapping_key, each.value] for each in dynamic()],
    user_events=[[event.asset_key, metadata(event.metadata)] for event in logging_context.get_events()],
    output_metadata=metadata(logging_context.get_output_metadata("result")),
    asynchronous=asyncio.run(asynchronous()),
    nothing=after(),
    no_context=caught(configured, x=1),
    missing_resource=caught(configured, build_op_context(op_config={"n": 1}), 1),
    missing_config=caught(configured, build_op_context(resources={"store": "s"}), 1),
    bad_config=caught(configured, build_op_context(op_config={"n": "x"}, resources={"store": "s"}), 1),
    missing_argument=caught(add),
    too_many=caught(add, 1, 2, 3),
)
