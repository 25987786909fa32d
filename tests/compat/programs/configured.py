"""configured: ops, resources and I/O managers whose config is given in advance or computed.

oracle: both
"""

from dagster import Field, configured, graph, job, op, resource
from observe import caught, show


@op(config_schema={"low": int, "high": Field(int, default_value=9)})
def bounds(context):
    return context.op_config


fixed = configured(bounds, name="fixed")({"low": 1})
partly = bounds.configured({"low": 2, "high": 3}, name="partly")


@configured(bounds, config_schema={"middle": int})
def around(config):
    return {"low": config["middle"] - 1, "high": config["middle"] + 1}


@configured(bounds, {"x": int})
def broken(config):
    raise KeyError("mapping")


@configured(bounds, {"x": int})
def wrong(config):
    return {"low": "text"}


@resource(config_schema={"a": int, "b": int})
def pair(context):
    return [context.resource_config["a"], context.resource_config["b"]]


@op(required_resource_keys={"pair"})
def reads_pair(context):
    return context.resources.pair


@graph
def all_ops():
    fixed()
    partly()
    around()


@job(resource_defs={"pair": pair.configured({"a": 1, "b": 2})})
def with_pair():
    reads_pair()


@job
def breaks():
    broken()


@job
def wrongs():
    wrong()


result = all_ops.execute_in_process(run_config={"ops": {"around": {"config": {"middle": 5}}}})
show(
    fixed=result.output_for_node("fixed"),
    partly=result.output_for_node("partly"),
    around=result.output_for_node("around"),
    pair=with_pair.execute_in_process().output_for_node("reads_pair"),
    broken=caught(breaks.execute_in_process, run_config={"ops": {"broken": {"config": {"x": 1}}}}),
    wrong=caught(wrongs.execute_in_process, run_config={"ops": {"wrong": {"config": {"x": 1}}}}),
    missing=caught(all_ops.execute_in_process),
)
