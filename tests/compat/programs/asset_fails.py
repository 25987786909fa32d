"""An asset that raises: events, what is skipped, and which error the caller sees.

oracle: both
"""

from dagster import DagsterEventType, asset, materialize
from observe import caught, events, show


@asset
def fine():
    return 1


@asset
def broken(fine):
    raise ValueError("no")


@asset
def after(broken):
    return broken


@asset
def beside(fine):
    return fine + 1


everything = [fine, broken, after, beside]
result = materialize(everything, raise_on_error=False)
(failure,) = [event for event in result.all_events if event.event_type == DagsterEventType.STEP_FAILURE]
show(
    success=result.success,
    events=events(result),
    raised=caught(materialize, everything),
    error=[failure.step_failure_data.error.cls_name, failure.step_failure_data.error.cause.cls_name],
    beside=result.output_for_node("beside"),
    no_value=caught(result.output_for_node, "broken"),
    failed_node=[
        event.event_type_value
        for event in result.events_for_node("broken")
        if "OUTPUT" in event.event_type_value
    ],
    is_failure=failure.is_step_failure,
)
