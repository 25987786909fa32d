"""Graphs inside graphs: step keys, outputs, defaults, aliases and inputs from outside.

oracle: both
"""

from dagster import GraphIn, GraphOut, graph, job, op
from observe import events, show


@op
def one():
    return 1


@op
def add(a, b=5):
    return a + b


@graph(ins={"start": GraphIn(description="where to begin")}, out=GraphOut())
def twice(start):
    return add(add(start))


@graph(out={"low": GraphOut(), "high": GraphOut()})
def both(start):
    high = twice(start)
    return {"low": add.alias("low_add")(start), "high": high}


@job
def outer():
    low, high = both(one())
    add.alias("last")(low, high)
    twice.alias("other")(high)


@graph
def returning():
    return twice(one())


result = outer.execute_in_process()
value = returning.execute_in_process()
show(
    events=events(result),
    last=result.output_for_node("last"),
    high=result.output_for_node("both", "high"),
    inner=result.output_for_node("both.twice.add_2"),
    other=result.output_for_node("other"),
    low=result.output_for_node("both.low_add"),
    output_value=value.output_value(),
    nodes=sorted(node.name for node in outer.graph.nodes),
    renamed=returning.to_job(name="named").name,
)
