"""RetryPolicy: how often a step is tried, what is recorded, and policies from op, job and invocation.

oracle: both
"""

from dagster import Backoff, Jitter, RetryPolicy, asset, job, materialize, op
from observe import caught, events, show

tries = []


def failing(name, times, policy=None):
    @op(name=name, retry_policy=policy)
    def step(context):
        tries.append([name, context.retry_number])
        if context.retry_number < times:
            raise ValueError("not yet")
        return context.retry_number

    return step


@job
def succeeds():
    failing("third_time", 2, RetryPolicy(max_retries=3))()


@job
def gives_up():
    failing(
        "never", 99, RetryPolicy(max_retries=2, delay=0.001, backoff=Backoff.LINEAR, jitter=Jitter.FULL)
    )()


@job(op_retry_policy=RetryPolicy(max_retries=1))
def by_job():
    failing("of_job", 1)()
    failing("own", 2, RetryPolicy(max_retries=2))()
    failing("invoked", 3).with_retry_policy(RetryPolicy(max_retries=3))()


@asset(retry_policy=RetryPolicy())
def an_asset(context):
    tries.append(["an_asset", context.retry_number])
    if context.retry_number == 0:
        raise ValueError("once")
    return 1


first = succeeds.execute_in_process()
second = gives_up.execute_in_process(raise_on_error=False)
third = by_job.execute_in_process()
fourth = materialize([an_asset])
show(
    tries=tries,
    succeeds=events(first),
    attempts=[first.output_for_node("third_time"), first.retry_attempts_for_node("third_time")],
    gives_up=[second.success, events(second)],
    raised=caught(gives_up.execute_in_process)[0],
    by_job=third.success,
    asset=events(fourth),
    bad=caught(RetryPolicy, max_retries=1, backoff=Backoff.LINEAR),
    delays=[
        RetryPolicy(max_retries=3, delay=1, backoff=backoff).calculate_delay(number)
        for backoff in (None, Backoff.LINEAR, Backoff.EXPONENTIAL)
        for number in (1, 2, 3)
    ],
)
