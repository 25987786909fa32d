"""Assets called directly in a unit test, with build_asset_context and without.

oracle: both
"""

from dagster import (
    AssetExecutionContext,
    AssetOut,
    Config,
    ConfigurableResource,
    Output,
    asset,
    build_asset_context,
    build_op_context,
    multi_asset,
)
from observe import caught, metadata, plain, show


class Limits(Config):
    n: int = 1


class Store(ConfigurableResource):
    name: str


@asset
def plain_asset(upstream):
    return upstream + 1


@asset
def with_context(context: AssetExecutionContext, upstream):
    context.log.info("x")
    context.add_output_metadata({"rows": upstream})
    return upstream


@asset(required_resource_keys={"client"}, config_schema={"c": int})
def old_style(context):
    return [context.resources.client, context.op_config["c"]]


@asset
def new_style(config: Limits, store: Store, upstream):
    return [config.n, store.name, upstream]


@asset
def outputs():
    return Output(1, metadata={"a": 1})


@multi_asset(outs={"a": AssetOut(), "b": AssetOut()})
def several(upstream):
    return upstream, upstream + 1


@multi_asset(outs={"a": AssetOut(), "b": AssetOut()})
def generated():
    yield Output(1, "a")
    yield Output(2, "b")


@asset(deps=[plain_asset])
def with_deps():
    return "deps"


context = build_asset_context()
with_context(context, 5)
show(
    plain=[plain_asset(1), plain_asset(upstream=2)],
    metadata=metadata(context.get_output_metadata("result")),
    old_style=old_style(build_asset_context(resources={"client": "c"}, asset_config={"c": 4})),
    op_context=old_style(build_op_context(resources={"client": "c"}, op_config={"c": 5})),
    new_style=new_style(config=Limits(n=2), store=Store(name="s"), upstream=3),
    default_config=new_style(store=Store(name="s"), upstream=3, config=Limits()),
    from_context=new_style(build_asset_context(resources={"store": Store(name="t")}), upstream=4),
    outputs=[outputs().value, plain(outputs().metadata)],
    several=several(1),
    generated=[each.value for each in generated()],
    deps=with_deps(),
    no_context=caught(with_context, upstream=1),
    missing_upstream=caught(plain_asset),
    missing_resource=caught(old_style, build_asset_context(asset_config={"c": 1})),
    raises=caught(plain_asset, "text"),
)
