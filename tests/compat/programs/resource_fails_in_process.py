"""A resource that cannot be made, where each step has a process of its own: its step fails, others go on.

oracle: 1.13
"""

from dagster import (
    ConfigurableResource,
    execute_job,
    instance_for_test,
    job,
    multiprocess_executor,
    op,
    reconstructable,
    resource,
)
from observe import CHATTER, show


@resource
def broken(_):
    raise ValueError("no database")


class AlsoBroken(ConfigurableResource):
    def setup_for_execution(self, context):
        raise KeyError("no key")


@op(required_resource_keys={"broken"})
def uses():
    return 1


@op
def uses_other(other: AlsoBroken):
    return 1


@op
def after(uses):
    return uses


@op
def fine():
    return 1


@job(executor_def=multiprocess_executor, resource_defs={"broken": broken, "other": AlsoBroken()})
def some_fail():
    after(uses())
    uses_other()
    fine()


if __name__ == "__main__":
    with instance_for_test() as instance:
        result = execute_job(reconstructable(some_fail), instance=instance)
        steps = {}
        for event in result.all_events:
            if event.event_type_value not in CHATTER:
                steps.setdefault(event.step_key or "run", []).append(event.event_type_value)
        show(success=result.success, steps=dict(sorted(steps.items())))
