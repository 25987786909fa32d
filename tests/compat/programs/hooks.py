"""Success and failure hooks: on ops, jobs and invocations, what their context says, and when they break.

oracle: both
"""

from dagster import ResourceDefinition, build_hook_context, failure_hook, job, op, success_hook
from observe import caught, show

log = []


@success_hook
def on_success(context):
    log.append(["success", context.op.name])


@failure_hook(required_resource_keys={"mail"})
def on_failure(context):
    log.append(
        [
            "failure",
            context.op.name,
            type(context.op_exception).__name__,
            context.resources.mail,
            context.job_name,
        ]
    )


@success_hook(name="named", required_resource_keys={"mail"})
def values(context):
    log.append([context.hook_def.name, context.step_key, context.op_output_values, context.op_config])


@success_hook
def breaks(context):
    raise ValueError("hook")


@op(config_schema={"n": int})
def good(context):
    return context.op_config["n"]


@op
def bad():
    raise KeyError("x")


@op
def skipped(value):
    return value


@job(hooks={on_success, on_failure}, resource_defs={"mail": ResourceDefinition.hardcoded_resource("post")})
def whole():
    good()
    skipped(bad())


@on_success
@job
def decorated():
    good()


@job(resource_defs={"mail": ResourceDefinition.hardcoded_resource("post")})
def single():
    good.with_hooks({values})()
    good.alias("other")()


@job(hooks={breaks})
def breaking():
    good()


def lacks_resource():
    @job(hooks={on_failure})
    def lacking():
        good()

    lacking.execute_in_process(run_config=config)


config = {"ops": {"good": {"config": {"n": 4}}}}
failed = whole.execute_in_process(run_config=config, raise_on_error=False)
decorated.execute_in_process(run_config=config)
single.execute_in_process(run_config={"ops": {"good": {"config": {"n": 5}}, "other": {"config": {"n": 6}}}})
broken = breaking.execute_in_process(run_config=config)
hook_events = sorted(
    [event.event_type_value, event.step_key]
    for result in (failed, broken)
    for event in result.all_events
    if event.event_type_value.startswith("HOOK")
)
ran = sorted(log, key=str)
on_failure(build_hook_context(op=bad, resources={"mail": "m"}, op_exception=KeyError("x"), job_name="j"))
show(
    log=ran,
    hook_events=hook_events,
    success=[failed.success, broken.success],
    called=log[-1],
    lacking=caught(lacks_resource),
    bad_call=caught(on_failure, build_hook_context()),
)
