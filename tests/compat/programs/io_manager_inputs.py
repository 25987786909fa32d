"""input_manager_key and @input_manager: inputs that are loaded by something of their own.

oracle: both
"""

from dagster import (
    AssetIn,
    In,
    InputManager,
    IOManager,
    asset,
    input_manager,
    io_manager,
    job,
    materialize,
    op,
)
from observe import caught, show

log = []


@input_manager(config_schema={"base": int}, input_config_schema={"value": int})
def from_config(context):
    log.append(["input manager", context.name, context.upstream_output is None])
    return context.resource_config["base"] + context.config["value"]


@input_manager
def shouting(context):
    return f"loaded {context.name} from {context.upstream_output.name}"


class Doubling(IOManager):
    def handle_output(self, context, obj):
        raise AssertionError("never stores")

    def load_input(self, context):
        return 2


@io_manager
def doubling():
    return Doubling()


@op(ins={"unconnected": In(input_manager_key="config")})
def root(unconnected):
    return unconnected


@op
def source():
    return "original"


@op(ins={"text": In(input_manager_key="shout")})
def reader(text):
    return text


@job(resource_defs={"config": from_config, "shout": shouting})
def inputs():
    root()
    reader(source())


@asset
def upstream():
    return 1


@asset(ins={"upstream": AssetIn(input_manager_key="double")})
def downstream(upstream):
    return upstream


result = inputs.execute_in_process(
    run_config={
        "ops": {"root": {"inputs": {"unconnected": {"value": 7}}}},
        "resources": {"config": {"config": {"base": 100}}},
    }
)
show(
    root=result.output_for_node("root"),
    reader=result.output_for_node("reader"),
    log=log,
    asset=materialize([upstream, downstream], resources={"double": doubling}).output_for_node("downstream"),
    missing_config=caught(inputs.execute_in_process),
    missing_manager=caught(materialize, [upstream, downstream]),
    is_input_manager=isinstance(Doubling(), InputManager),
)
