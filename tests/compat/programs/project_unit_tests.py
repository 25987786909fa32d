"""The unit tests of a project: contexts built by hand, functions called directly, results looked into.

oracle: 1.13
"""

from dagster import (
    AssetKey,
    AssetMaterialization,
    AssetOut,
    Config,
    ConfigurableResource,
    DagsterInstance,
    DynamicOut,
    DynamicOutput,
    ExpectationResult,
    Failure,
    In,
    IOManager,
    Nothing,
    Out,
    Output,
    asset,
    build_asset_context,
    build_hook_context,
    build_init_resource_context,
    build_input_context,
    build_op_context,
    build_output_context,
    io_manager,
    multi_asset,
    op,
    resource,
    success_hook,
)
from observe import caught, metadata, show


class Store(ConfigurableResource):
    prefix: str = "p"

    def write(self, name, rows):
        return f"{self.prefix}/{name}:{len(rows)}"


class Limits(Config):
    top: int = 2


@op(
    config_schema={"factor": int},
    required_resource_keys={"store"},
    out={"doubled": Out(list), "path": Out(str)},
)
def scale(context, rows):
    context.log.info(f"{len(rows)} rows")
    context.log_event(AssetMaterialization("scaled", metadata={"rows": len(rows)}))
    yield Output([row * context.op_config["factor"] for row in rows], "doubled", metadata={"rows": len(rows)})
    yield ExpectationResult(success=bool(rows), label="some")
    yield Output(context.resources.store.write("scaled", rows), "path")


@op
def top(context, config: Limits, rows: list) -> list:
    context.add_output_metadata({"kept": config.top})
    return sorted(rows)[-config.top :]


@op(ins={"start": In(Nothing)}, out=DynamicOut(int))
def spread(start_at: int = 0):
    for number in range(start_at, start_at + 2):
        yield DynamicOutput(number, mapping_key=str(number))


@op
async def waits(value):
    return value + 1


@asset
def orders(context, store: Store) -> list:
    context.log.warning("careful")
    if context.has_partition_key:
        raise Failure("no partitions")
    return [store.prefix, context.asset_key.to_user_string(), sorted(context.assets_def.keys)]


@multi_asset(outs={"a": AssetOut(), "b": AssetOut(is_required=False)})
def pair(context, base: int = 1):
    yield Output(base, "a", metadata={"m": base})
    if base > 1:
        yield Output(base + 1, "b")


@resource(config_schema={"size": int}, required_resource_keys={"other"})
def pool(context):
    size = context.resource_config["size"]
    yield [context.resources.other] * size


@io_manager(config_schema={"root": str})
def manager(context):
    class Manager(IOManager):
        def handle_output(self, context, obj):
            context.add_output_metadata({"n": len(obj)})
            STORED[
                tuple(context.get_asset_identifier() if context.has_asset_key else context.get_identifier())
            ] = obj

        def load_input(self, context):
            return STORED[tuple(context.upstream_output.get_asset_identifier())]

    return Manager()


@success_hook(required_resource_keys={"sink"})
def tell(context):
    context.resources.sink.append([context.op.name, context.hook_def.name])


STORED = {}
context = build_op_context(op_config={"factor": 3}, resources={"store": Store(prefix="mem")})
made = list(scale(context, [1, 2]))
show(
    made=[type(each).__name__ for each in made],
    values=[each.value for each in made if isinstance(each, Output)],
    output_metadata=[metadata(each.metadata) for each in made if isinstance(each, Output)],
    logged=[each.asset_key for each in context.get_events()],
)

top_context = build_op_context()
show(
    top=[top(top_context, Limits(top=1), [3, 1, 2]), top(build_op_context(), config=Limits(), rows=[5, 4])],
    added=metadata(top_context.get_output_metadata("result") or {}),
    dynamic=[[each.value, each.mapping_key] for each in spread(1)],
    default=[each.value for each in spread()],
)

import asyncio  # noqa: E402

show(awaited=asyncio.run(waits(1)))

with DagsterInstance.ephemeral() as instance:
    show(
        asset=orders(build_asset_context(resources={"store": Store(prefix="ctx")}, instance=instance)),
        asset_by_name=orders(build_asset_context(), store=Store(prefix="named")),
        pair=[
            [each.output_name, each.value, metadata(each.metadata)] for each in pair(build_asset_context(), 2)
        ],
        pair_default=[each.output_name for each in pair(build_asset_context())],
    )

init = build_init_resource_context(config={"size": 2}, resources={"other": "x"})
with pool(init) as opened:
    pass
show(
    init=[opened, init.resource_config],
)
instance_of = manager(build_init_resource_context(config={"root": "r"}))
output = build_output_context(asset_key=AssetKey(["x", "y"]), name="result", step_key="s", metadata={"k": 1})
instance_of.handle_output(output, [1, 2, 3])
plain_output = build_output_context(step_key="step", name="out", run_id="run")
instance_of.handle_output(plain_output, [])
read = build_input_context(
    upstream_output=output, asset_key=AssetKey(["x", "y"]), name="in", config={"c": 1}, resources={"r": 5}
)
show(
    stored=sorted("/".join(key) for key in STORED),
    output_metadata=metadata(output.get_logged_metadata()),
    loaded=instance_of.load_input(read),
    input=[read.name, read.config, read.resources.r, read.has_asset_key, read.asset_key],
    output=[output.name, output.step_key, output.has_asset_key, output.asset_key.path],
    no_key=[
        plain_output.has_asset_key,
        caught(lambda: plain_output.asset_key),
        caught(lambda: read.partition_key),
    ],
    no_run=caught(lambda: build_output_context(name="n").run_id),
    no_resources=caught(lambda: build_input_context().resources),
)
SINK = []
tell(build_hook_context(op=top, resources={"sink": SINK}))
show(hooked=SINK)
show(
    no_context=caught(scale, [1]),
    no_resource=caught(lambda: list(scale(build_op_context(op_config={"factor": 1}), [1]))),
    no_config=caught(lambda: list(scale(build_op_context(resources={"store": Store()}), [1]))),
    wrong_config=caught(
        lambda: list(scale(build_op_context(op_config={"factor": "x"}, resources={"store": Store()}), [1]))
    ),
    no_input=caught(top, build_op_context(), config=Limits()),
    unknown=caught(top, build_op_context(), rows=[], nobody=1),
    no_asset_resource=caught(orders, build_asset_context()),
    wrong_type=caught(top, build_op_context(), rows=5),
)
