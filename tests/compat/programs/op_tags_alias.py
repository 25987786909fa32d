"""Tags of ops, aliases and jobs; names that are taken twice get a number.

oracle: both
"""

from dagster import graph, job, op
from observe import caught, show, step_events


@op(tags={"kind": "x", "nested": {"a": [1, 2]}})
def tagged(context):
    return [context.op.name, context.op_def.name, context.op_handle.path]


@graph(tags={"of": "graph"})
def inner():
    tagged()


@job(tags={"of": "job", "n": "1"})
def named():
    tagged()
    tagged()
    tagged.alias("other")()
    tagged.tag({"more": "y"}).alias("more")()
    inner()


def bad_tag():
    @job(tags={"x": object()})
    def bad():
        tagged()


def bad_name():
    @op(name="not a name")
    def bad():
        pass


def reserved_name():
    @op(name="input")
    def bad():
        pass


def same_alias():
    @job
    def bad():
        tagged.alias("z")()
        tagged.alias("z")()


result = named.execute_in_process(tags={"n": "2"})
show(
    steps=step_events(result, "STEP_START"),
    other=result.output_for_node("other"),
    second=result.output_for_node("tagged_2"),
    op_tags=dict(tagged.tags),
    node_tags={node.name: dict(node.tags) for node in named.graph.nodes if node.name in ("tagged", "more")},
    run_tags={key: value for key, value in result.dagster_run.tags.items() if not key.startswith("dagster/")},
    bad_tag=caught(bad_tag),
    bad_name=caught(bad_name),
    reserved_name=caught(reserved_name),
    same_alias=caught(same_alias),
)
