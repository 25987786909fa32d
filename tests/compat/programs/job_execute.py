"""execute_in_process on jobs and graphs: config, partial resources, instance, tags, raise_on_error.

oracle: both
"""

from dagster import ConfigurableResource, DagsterInstance, Field, graph, job, mem_io_manager, op
from observe import caught, show


class Store(ConfigurableResource):
    name: str


class Mock:
    name = "mocked"


@op
def reads(store: Store):
    return store.name


@op(required_resource_keys={"plain"}, config_schema={"n": Field(int, default_value=1)})
def old(context):
    return [context.resources.plain, context.op_config["n"], context.run_id[:4]]


@op
def fails():
    raise KeyError("x")


@graph
def both():
    reads()
    return old()


@job
def failing():
    fails()


resources = {"store": Store(name="real"), "plain": 5}
made = both.to_job(
    name="made",
    resource_defs={"store": Store(name="real"), "io_manager": mem_io_manager, "plain": Store(name="unused")},
    config={"ops": {"old": {"config": {"n": 2}}}},
    tags={"a": "1"},
    description="d",
)
with DagsterInstance.ephemeral() as instance:
    result = made.execute_in_process(
        instance=instance, run_id="abcd0000-0000-4000-8000-000000000000", tags={"b": "2"}
    )
    replaced = both.execute_in_process(resources={"store": Mock(), "plain": 7})
    failed = failing.execute_in_process(instance=instance, raise_on_error=False)
    show(
        values=[result.output_for_node("reads"), result.output_value()[1:]],
        tags=[instance.get_run_by_id(result.run_id).tags[key] for key in ("a", "b")],
        replaced=[replaced.output_for_node("reads"), replaced.output_value()[:2]],
        missing=caught(both.execute_in_process, resources={"plain": 1}),
        statuses=[instance.get_run_by_id(each.run_id).status for each in (result, failed)],
        failed=[failed.success, caught(failing.execute_in_process)],
        same_run_id=caught(made.execute_in_process, instance=instance, run_id=result.run_id) != "no error",
        with_config=both.execute_in_process(
            resources=resources, run_config={"ops": {"old": {"config": {"n": 9}}}}
        ).output_value()[:2],
        description=made.description,
        retried=caught(made.execute_in_process, run_config={"ops": {"old": {"config": {"n": "x"}}}}),
    )
