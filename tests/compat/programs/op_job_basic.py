"""Ops, a job, outputs by name and how results are read.

oracle: both
"""

from dagster import In, OpExecutionContext, Out, Output, job, op
from observe import caught, events, show


@op
def one():
    return 1


@op(ins={"a": In(int, default_value=10), "b": In()}, out=Out(int, description="sum"))
def add(a, b):
    return a + b


@op(out={"low": Out(), "high": Out(str)})
def split(value):
    yield Output(value - 1, "low")
    yield Output(str(value + 1), "high")


@op
def show_both(context: OpExecutionContext, low, high: str):
    return f"{low} {high} {context.op.name} {context.job_name}"


@job(tags={"team": "x"}, description="a job")
def calculation():
    low, high = split(add(b=one()))
    show_both(low, high)


result = calculation.execute_in_process()
show(
    success=result.success,
    events=events(result),
    shown=result.output_for_node("show_both"),
    high=result.output_for_node("split", "high"),
    value=caught(result.output_value),
    unknown_node=caught(result.output_for_node, "nobody"),
    unknown_output=caught(result.output_for_node, "split", "middle"),
    default_of_many=caught(result.output_for_node, "split"),
    node_events=[event.event_type_value for event in result.events_for_node("split")],
    names=[calculation.name, calculation.description, dict(calculation.tags)["team"]],
    run=[result.dagster_run.job_name, result.dagster_run.status.value, result.dagster_run.tags.get("team")],
    with_extra_tags=calculation.execute_in_process(tags={"more": "1"}).dagster_run.tags["more"],
)
