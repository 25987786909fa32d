"""Graphs and jobs written with GraphDefinition and DependencyDefinition.

oracle: both
"""

from dagster import (
    DependencyDefinition,
    GraphDefinition,
    In,
    InputMapping,
    MultiDependencyDefinition,
    NodeInvocation,
    OpDefinition,
    Out,
    Output,
    OutputMapping,
    op,
)
from observe import caught, events, show


@op(out={"value": Out(int)})
def one():
    yield Output(1, "value")


@op
def add(a, b):
    return a + b


@op
def total(values):
    return sum(values)


def increment(_, inputs):
    yield Output(inputs["number"] + 1)


plus = OpDefinition(compute_fn=increment, name="plus", ins={"number": In(int)}, outs={"result": Out(int)})

chain = GraphDefinition(
    name="chain",
    node_defs=[one, add, plus, total],
    dependencies={
        "plus": {"number": DependencyDefinition("one", "value")},
        NodeInvocation("add", alias="sum"): {
            "a": DependencyDefinition("plus"),
            "b": DependencyDefinition("one", "value"),
        },
        "total": {
            "values": MultiDependencyDefinition([DependencyDefinition("sum"), DependencyDefinition("plus")])
        },
    },
)
mapped = GraphDefinition(
    name="mapped",
    node_defs=[add],
    input_mappings=[
        InputMapping(graph_input_name="x", mapped_node_name="add", mapped_node_input_name="a"),
        InputMapping(graph_input_name="y", mapped_node_name="add", mapped_node_input_name="b"),
    ],
    output_mappings=[
        OutputMapping(graph_output_name="z", mapped_node_name="add", mapped_node_output_name="result")
    ],
)
result = chain.to_job(name="by_hand").execute_in_process()
show(
    events=events(result),
    total=result.output_for_node("total"),
    mapped=mapped.execute_in_process(input_values={"x": 3, "y": 4}).output_value("z"),
    unknown_node=caught(
        GraphDefinition,
        name="bad",
        node_defs=[one, add],
        dependencies={"add": {"a": DependencyDefinition("nobody")}},
    ),
    unknown_input=caught(
        GraphDefinition,
        name="bad",
        node_defs=[one, add],
        dependencies={"add": {"c": DependencyDefinition("one", "value")}},
    ),
    unknown_output=caught(
        GraphDefinition,
        name="bad",
        node_defs=[one, add],
        dependencies={"add": {"a": DependencyDefinition("one")}},
    ),
    cycle=caught(
        GraphDefinition,
        name="bad",
        node_defs=[plus],
        dependencies={"plus": {"number": DependencyDefinition("plus")}},
    ),
)
