"""Outputs that are not required decide which branch runs; skips travel downstream.

oracle: both
"""

from dagster import In, Nothing, Out, Output, job, op
from observe import events, show


@op(out={"yes": Out(is_required=False), "no": Out(is_required=False)})
def choose(context):
    yield Output(1, "yes")


@op
def on_yes(value):
    return value


@op
def on_no(value):
    return value


@op
def after_no(value):
    return value


@op
def fan_in(values):
    return values


@op(ins={"start": In(Nothing)})
def after_both():
    return "ran"


@job
def branches():
    yes, no = choose()
    left = on_yes(yes)
    right = after_no(on_no(no))
    fan_in([left, right])
    after_both([left, right])


result = branches.execute_in_process()
show(
    success=result.success,
    events=events(result),
    fan_in=result.output_for_node("fan_in") if result.success else None,
    skipped=[event.step_key for event in result.all_events if event.is_step_skipped],
)
