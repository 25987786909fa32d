"""A flaky pipeline: policies on ops, jobs and assets, retries asked for, failures that allow none.

oracle: both
"""

from dagster import (
    Backoff,
    Failure,
    Jitter,
    MetadataValue,
    Out,
    Output,
    RetryPolicy,
    RetryRequested,
    asset,
    define_asset_job,
    failure_hook,
    graph,
    job,
    materialize,
    op,
)
from observe import caught, events, metadata, show, step_events

CALLS = {}
HOOKED = []


def count(name):
    CALLS[name] = CALLS.get(name, 0) + 1
    return CALLS[name]


@failure_hook
def note(context):
    HOOKED.append([context.op.name, type(context.op_exception).__name__, str(context.op_exception)])


@op(retry_policy=RetryPolicy(max_retries=3, delay=0.001, backoff=Backoff.EXPONENTIAL, jitter=Jitter.FULL))
def download(context):
    if count("download") < 3:
        raise TimeoutError("slow")
    return [context.retry_number, context.op.name]


@op
def ask_again(value):
    if count("ask_again") < 2:
        raise RetryRequested(max_retries=2, seconds_to_wait=0.001) from ValueError("odd")
    return value


@op(retry_policy=RetryPolicy(max_retries=5))
def give_up(value):
    count("give_up")
    raise Failure(
        "it is broken",
        metadata={"why": MetadataValue.md("*never*"), "tries": CALLS["give_up"]},
        allow_retries=False,
    )


@op(out={"first": Out(), "second": Out(is_required=False)}, retry_policy=RetryPolicy(max_retries=1))
def half(context):
    yield Output(context.retry_number, "first")
    if context.retry_number == 0:
        raise OSError("between outputs")
    yield Output("second", "second")


@op
def after(value):
    return value


@op
def always():
    count("always")
    raise KeyError("gone")


@op
def endless():
    count("endless")
    raise RetryRequested(max_retries=1)


@job
def recovers():
    after(ask_again(download()))


@job(hooks={note})
def breaks():
    after(give_up(ask_again.alias("again")(download.alias("get")())))


@job(op_retry_policy=RetryPolicy(max_retries=2), hooks={note})
def by_job():
    always()
    always.with_retry_policy(RetryPolicy(max_retries=1)).alias("less")()
    half_first, half_second = half()
    after(half_second)


@graph
def retried_graph():
    return after(always())


@job(hooks={note})
def requested():
    endless()


@asset(retry_policy=RetryPolicy(max_retries=1))
def flaky_asset(context):
    if count("flaky_asset") == 1:
        raise RuntimeError("first")
    return (
        context.retry_number
        if hasattr(context, "retry_number")
        else context.op_execution_context.retry_number
    )


@asset
def other_asset(flaky_asset):
    count("other_asset")
    raise Failure(description="no value", metadata={"n": 1})


def run(target, **arguments):
    CALLS.clear()
    HOOKED.clear()
    result = target.execute_in_process(raise_on_error=False, **arguments)
    return {
        "success": result.success,
        "events": [event for event in events(result) if "HOOK" not in event[0]],
        "calls": dict(CALLS),
        "hooked": list(HOOKED),
        "retried": step_events(result, "STEP_UP_FOR_RETRY"),
    }


def failures(result):
    return {
        event.step_key: [
            event.is_step_failure,
            event.step_failure_data.user_failure_data
            and [
                event.step_failure_data.user_failure_data.description,
                metadata(event.step_failure_data.user_failure_data.metadata),
            ],
        ]
        for event in result.all_events
        if event.event_type_value == "STEP_FAILURE"
    }


show(recovers=run(recovers))
show(breaks=run(breaks))
show(by_job=run(by_job))
show(requested=run(requested))
show(graph=run(retried_graph.to_job(op_retry_policy=RetryPolicy(max_retries=1))))
CALLS.clear()
assets = materialize([flaky_asset, other_asset], raise_on_error=False)
show(
    assets=events(assets),
    value=assets.output_for_node("flaky_asset"),
    asset_failures=failures(assets),
    raised=[
        caught(breaks.execute_in_process),
        caught(by_job.execute_in_process),
        caught(requested.execute_in_process),
    ],
    job_failures=failures(by_job.execute_in_process(raise_on_error=False)),
)
show(
    delays=[
        RetryPolicy(delay=1, backoff=backoff).calculate_delay(attempt)
        for backoff in (None, Backoff.LINEAR, Backoff.EXPONENTIAL)
        for attempt in (1, 2, 3)
    ],
    policies=[RetryPolicy() == RetryPolicy(max_retries=1), RetryPolicy(max_retries=2).max_retries],
    wrong=[caught(RetryPolicy, backoff=Backoff.LINEAR), caught(RetryPolicy, max_retries="1")],
    job_name=define_asset_job("j", selection="*").name,
)
