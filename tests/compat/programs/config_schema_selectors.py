"""Selector, Enum, ScalarUnion and the sources which read environment variables.

oracle: both
"""

import os

from dagster import (
    BoolSource,
    Enum,
    EnumValue,
    Field,
    IntSource,
    Noneable,
    ScalarUnion,
    Selector,
    StringSource,
    job,
    op,
)
from observe import caught, show

os.environ.update({"A_TEXT": "from env", "A_NUMBER": "12", "A_FLAG": "true", "NO_NUMBER": "x"})


@op(config_schema=Selector({"file": {"path": str}, "memory": Field(dict, is_required=False), "plain": int}))
def select(context):
    return context.op_config


@op(
    config_schema={
        "mode": Field(Enum("Mode", [EnumValue("FAST", 1), EnumValue("SLOW")]), default_value="SLOW")
    }
)
def choose(context):
    return context.op_config


@op(
    config_schema={
        "text": StringSource,
        "number": Field(IntSource, is_required=False),
        "flag": Field(BoolSource, is_required=False),
    }
)
def source(context):
    return context.op_config


@op(config_schema=Field(ScalarUnion(scalar_type=int, non_scalar_schema={"deep": int})))
def union(context):
    return context.op_config


@op(config_schema=Noneable(int))
def maybe(context):
    return context.op_config


@op(config_schema=int)
def scalar(context):
    return context.op_config


def run(definition, config):
    @job
    def one():
        definition()

    name = definition.name
    return one.execute_in_process(run_config={"ops": {name: {"config": config}}}).output_for_node(name)


show(
    file=run(select, {"file": {"path": "p"}}),
    plain=run(select, {"plain": 3}),
    two=caught(run, select, {"plain": 3, "file": {"path": "p"}}),
    none=caught(run, select, {}),
    other=caught(run, select, {"nothing": 1}),
    fast=run(choose, {"mode": "FAST"}),
    default_mode=run(choose, {}),
    bad_mode=caught(run, choose, {"mode": "WARP"}),
    text=run(source, {"text": "plain", "number": 3, "flag": False}),
    from_env=run(
        source, {"text": {"env": "A_TEXT"}, "number": {"env": "A_NUMBER"}, "flag": {"env": "A_FLAG"}}
    ),
    unset=caught(run, source, {"text": {"env": "NOT_SET_ANYWHERE"}}),
    no_number=caught(run, source, {"text": "x", "number": {"env": "NO_NUMBER"}}),
    scalar_union=[run(union, 3), run(union, {"deep": 4})],
    bad_union=caught(run, union, "x"),
    maybe=[run(maybe, None), run(maybe, 4)],
    scalar=run(scalar, 5),
    bad_scalar=caught(run, scalar, "5"),
)
