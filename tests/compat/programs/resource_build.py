"""build_resources, make_values_resource, with_resources, build_init_resource_context, direct calls of resources.

oracle: both
"""

from dagster import (
    AssetsDefinition,
    ConfigurableResource,
    ResourceDefinition,
    asset,
    build_init_resource_context,
    build_resources,
    job,
    make_values_resource,
    materialize,
    op,
    resource,
    with_resources,
)
from observe import caught, show

log = []


@resource(config_schema={"n": int}, required_resource_keys={"other"})
def number(context):
    return [context.resource_config["n"], context.resources.other]


@resource
def managed():
    log.append("open")
    yield "value"
    log.append("close")


class Typed(ConfigurableResource):
    name: str


@op(required_resource_keys={"values"})
def reads_values(context):
    return [context.resources.values, context.op_config]


@job(resource_defs={"values": make_values_resource(my_str=str, my_int=int)})
def with_values():
    reads_values()


@asset(required_resource_keys={"thing"})
def needs(context):
    return context.resources.thing


with build_resources(
    {
        "number": number,
        "managed": managed,
        "plain": 5,
        "typed": Typed(name="t"),
        "other": ResourceDefinition.hardcoded_resource("o"),
    },
    resource_config={"number": {"config": {"n": 3}}},
) as built:
    inside = [built.number, built.managed, built.plain, built.typed.name, list(log)]

bound = with_resources([needs], {"thing": ResourceDefinition.hardcoded_resource("bound")})
values = with_values.execute_in_process(
    run_config={"resources": {"values": {"config": {"my_str": "a", "my_int": 1}}}}
)
show(
    inside=inside,
    log=log,
    called=number(build_init_resource_context(config={"n": 1}, resources={"other": "x"})),
    values=list(values.output_for_node("reads_values")[0]._asdict().items())
    if hasattr(values.output_for_node("reads_values")[0], "_asdict")
    else values.output_for_node("reads_values")[0],
    bound=materialize(bound).output_for_node("needs"),
    is_asset=isinstance(bound[0], AssetsDefinition),
    missing=caught(with_resources, [needs], {}),
    bad_config=caught(
        build_resources(
            {"number": number, "other": 1}, resource_config={"number": {"config": {"n": "x"}}}
        ).__enter__
    ),
)
