"""@resource: config, generators, dependencies between resources, the order of tearing down, and failures.

oracle: both
"""

from contextlib import contextmanager

from dagster import Field, ResourceDefinition, job, op, resource
from observe import caught, events, show

log = []


@resource(config_schema={"name": Field(str, default_value="default")})
def base(context):
    log.append("base up")
    try:
        yield context.resource_config["name"]
    finally:
        log.append("base down")


@resource(required_resource_keys={"base"})
@contextmanager
def middle(context):
    log.append("middle up")
    yield context.resources.base + "-middle"
    log.append("middle down")


@resource
def top():
    return "top"


@resource
def broken(_):
    raise ValueError("no connection")


@resource
def broken_teardown(_):
    yield 1
    raise ValueError("while closing")


@op(required_resource_keys={"middle", "top", "fixed", "mock"})
def use(context):
    log.append("op")
    return [
        context.resources.middle,
        context.resources.top,
        context.resources.fixed,
        str(context.resources.mock.anything())[:5],
    ]


@op(required_resource_keys={"broken"})
def never():
    log.append("never")


@op(required_resource_keys={"broken_teardown"})
def closes():
    return 1


@job(
    resource_defs={
        "base": base,
        "middle": middle,
        "top": top,
        "fixed": ResourceDefinition.hardcoded_resource([1]),
        "mock": ResourceDefinition.mock_resource(),
    }
)
def used():
    use()


@job(resource_defs={"broken": broken})
def failing():
    never()


@job(resource_defs={"broken_teardown": broken_teardown})
def closing():
    closes()


def needs_missing():
    @job
    def incomplete():
        use()

    incomplete.execute_in_process()


result = used.execute_in_process(run_config={"resources": {"base": {"config": {"name": "given"}}}})
failed = failing.execute_in_process(raise_on_error=False)
closed = closing.execute_in_process(raise_on_error=False)
show(
    value=result.output_for_node("use"),
    log=log,
    default=used.execute_in_process().output_for_node("use")[0],
    failed=[failed.success, events(failed)],
    raised=caught(failing.execute_in_process),
    closed=[closed.success, events(closed)],
    missing=caught(needs_missing),
)
