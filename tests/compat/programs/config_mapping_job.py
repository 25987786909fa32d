"""A job whose config is mapped, and a graph with a config mapping inside a job.

oracle: both
"""

from dagster import ConfigMapping, config_mapping, graph, job, op, validate_run_config
from observe import caught, show


@op(config_schema={"value": int})
def first(context):
    return context.op_config["value"]


@op(config_schema={"value": int})
def second(context, upstream):
    return upstream + context.op_config["value"]


@config_mapping(config_schema={"number": int})
def simple(value):
    return {"ops": {"first": {"config": {"value": value["number"]}}, "second": {"config": {"value": 10}}}}


@job(config=simple)
def mapped():
    second(first())


@graph(
    config=ConfigMapping(
        config_schema={"n": int},
        config_fn=lambda config: {
            "first": {"config": {"value": config["n"]}},
            "second": {"config": {"value": 1}},
        },
    )
)
def inner():
    return second(first())


@job
def outer():
    inner()


@job(config={"ops": {"first": {"config": {"value": 5}}, "second": {"config": {"value": 6}}}})
def preset():
    second(first())


show(
    mapped=mapped.execute_in_process(run_config={"number": 3}).output_for_node("second"),
    inner=outer.execute_in_process(run_config={"ops": {"inner": {"config": {"n": 2}}}}).output_for_node(
        "inner"
    ),
    bad=caught(mapped.execute_in_process, run_config={"number": "x"}),
    bad_inner=caught(outer.execute_in_process, run_config={"ops": {"inner": {"config": {"m": 2}}}}),
    preset=preset.execute_in_process().output_for_node("second"),
    validated=sorted(
        validate_run_config(
            preset, {"ops": {"first": {"config": {"value": 5}}, "second": {"config": {"value": 6}}}}
        )
    ),
    invalid=caught(validate_run_config, preset, {"ops": {"first": {}}}),
)
