"""Running part of a job: names, upstream and downstream, and inputs that lose their source.

oracle: both
"""

from dagster import job, op
from observe import caught, show, step_events


@op
def a():
    return 1


@op
def b(a):
    return a + 1


@op
def c(b):
    return b + 1


@op
def d(b, c):
    return b + c


@job
def line():
    second = b(a())
    d(second, c(second))


def steps(selection, **named):
    return step_events(line.execute_in_process(op_selection=selection, **named), "STEP_START")


show(
    one=steps(["a"]),
    upstream=steps(["*c"]),
    upstream_one=steps(["+c"], run_config={"ops": {"b": {"inputs": {"a": {"value": 5}}}}}),
    downstream=steps(["a*"]),
    downstream_two=steps(["a++"]),
    several=steps(["a", "b", "d"], run_config={"ops": {"d": {"inputs": {"c": {"value": 5}}}}}),
    missing_input=caught(steps, ["b"]),
    unknown=caught(steps, ["nobody"]),
    value=line.execute_in_process(
        op_selection=["b"], run_config={"ops": {"b": {"inputs": {"a": {"value": 41}}}}}
    ).output_for_node("b"),
)
