"""Inputs of a graph: given as values, from run config, or by to_job(input_values).

oracle: both
"""

from dagster import graph, job, op
from observe import caught, show


@op
def add(a: int, b: int):
    return a + b


@op
def upper(text: str):
    return text.upper()


@graph
def sum_graph(a, b):
    return add(a, b)


@job
def with_input(text):
    upper(text)


@job(input_values={"text": "preset"})
def preset(text):
    upper(text)


@job
def unconnected():
    add()


config = {"inputs": {"a": 2, "b": {"value": 3}}}
show(
    direct=sum_graph.execute_in_process(input_values={"a": 1, "b": 2}).output_value(),
    to_job=sum_graph.to_job(input_values={"a": 5, "b": 6}).execute_in_process().output_value(),
    from_config=sum_graph.to_job().execute_in_process(run_config=config).output_value(),
    missing=caught(sum_graph.to_job().execute_in_process),
    wrong_type=caught(sum_graph.execute_in_process, input_values={"a": "x", "b": 2}),
    job=with_input.execute_in_process(input_values={"text": "abc"}).output_for_node("upper"),
    preset=preset.execute_in_process().output_for_node("upper"),
    overridden=preset.execute_in_process(input_values={"text": "given"}).output_for_node("upper"),
    op_inputs=unconnected.execute_in_process(
        run_config={"ops": {"add": {"inputs": {"a": 1, "b": 2}}}}
    ).output_for_node("add"),
    op_inputs_missing=caught(unconnected.execute_in_process),
)
