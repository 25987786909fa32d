"""An own IOManager: what the contexts of handle_output and load_input say.

oracle: both
"""

from dagster import (
    AssetIn,
    AssetOut,
    In,
    IOManager,
    Out,
    asset,
    io_manager,
    job,
    materialize,
    multi_asset,
    op,
)
from observe import plain, show

log = []


def described(context):
    return {
        "name": context.name,
        "step": context.step_key,
        "asset": context.asset_key if context.has_asset_key else None,
        "type": context.dagster_type.display_name,
        "metadata": {
            k: plain(v) for k, v in (context.metadata or {}).items() if not k.startswith("dagster/")
        },
        "identifier": context.get_identifier()[1:]
        if not context.has_asset_key
        else context.get_asset_identifier(),
        "has_partition": context.has_asset_partitions,
    }


class Recording(IOManager):
    def __init__(self):
        self.values = {}

    def key(self, context):
        return tuple(context.asset_key.path) if context.has_asset_key else (context.step_key, context.name)

    def handle_output(self, context, obj):
        log.append(["store", described(context), obj, context.mapping_key, context.op_def.name])
        self.values[self.key(context)] = obj

    def load_input(self, context):
        upstream = context.upstream_output
        log.append(
            [
                "load",
                context.name,
                {k: plain(v) for k, v in (context.metadata or {}).items()},
                context.dagster_type.display_name,
                upstream.step_key,
                upstream.name,
                context.op_def.name,
            ]
        )
        return self.values[self.key(upstream)]


@io_manager
def recording():
    return Recording()


@asset(metadata={"table": "t"})
def first() -> int:
    return 1


@asset(ins={"value": AssetIn("first", metadata={"columns": "a"}, dagster_type=int)}, key_prefix="p")
def second(value):
    return value + 1


@multi_asset(outs={"x": AssetOut(dagster_type=str), "y": AssetOut(key_prefix="q")})
def third():
    return "x", 2


@op(out={"a": Out(metadata={"m": 1}), "b": Out(str)})
def pair():
    return 1, "b"


@op(ins={"one": In(metadata={"how": "now"})})
def use(one, two: str):
    return two * one


@job(resource_defs={"io_manager": recording})
def ops():
    use(*pair())


manager = Recording()
materialize([first, second, third], resources={"io_manager": manager})
assets, log = log, []
result = ops.execute_in_process()
show(assets=assets, ops=log, value=result.output_for_node("use"))
