"""RetryRequested and Failure: tries, metadata of the failure, allow_retries.

oracle: both
"""

from dagster import Failure, MetadataValue, RetryPolicy, RetryRequested, asset, job, materialize, op
from observe import caught, events, metadata, show

tries = []


@op
def asks(context):
    tries.append("asks")
    if context.retry_number < 2:
        raise RetryRequested(max_retries=2) from ValueError("why")
    return "done"


@op
def asks_in_vain():
    tries.append("in vain")
    raise RetryRequested(max_retries=1)


@op(retry_policy=RetryPolicy(max_retries=3))
def final():
    tries.append("final")
    raise Failure("stop", metadata={"url": MetadataValue.url("http://x"), "n": 1}, allow_retries=False)


@op(retry_policy=RetryPolicy(max_retries=1))
def not_final():
    tries.append("not final")
    raise Failure(description="again", metadata={"n": 2})


@asset
def an_asset():
    raise Failure("no", metadata={"table": MetadataValue.md("|a|")})


def run(step):
    @job
    def one():
        step()

    return one.execute_in_process(raise_on_error=False), caught(one.execute_in_process)


def failure_of(result):
    (event,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    data = event.step_failure_data.user_failure_data
    return [data.description, metadata(data.metadata)] if data else None


outcomes = {step.name: run(step) for step in (asks, asks_in_vain, final, not_final)}
failed = materialize([an_asset], raise_on_error=False)
show(
    tries=tries,
    events={name: events(result) for name, (result, _) in outcomes.items()},
    raised={name: error[0] for name, (_, error) in outcomes.items() if error != "no error"},
    final=failure_of(outcomes["final"][0]),
    asset=failure_of(failed),
    caught=caught(materialize, [an_asset]),
)
