"""Types of inputs and outputs: checked at run time, with the errors of a failed check.

oracle: both
"""

from typing import Any, Dict, List, Optional, Set, Tuple

from dagster import DagsterType, In, Out, TypeCheck, asset, job, materialize, op
from observe import caught, events, show

Even = DagsterType(name="Even", type_check_fn=lambda _, value: isinstance(value, int) and value % 2 == 0)
Described = DagsterType(
    name="Described",
    type_check_fn=lambda _, value: TypeCheck(
        success=value > 0, description="positive?", metadata={"value": value}
    ),
)
Broken = DagsterType(name="Broken", type_check_fn=lambda _, value: 1 / 0)


class Own:
    pass


def run(annotation, value, out=None):
    def produce() -> annotation:
        return value

    step = op(name="produce", out=out)(produce)

    @job
    def one():
        step()

    return one


def outcome(annotation, value, out=None):
    return caught(run(annotation, value, out).execute_in_process)


@op(ins={"number": In(Even)})
def needs_even(number):
    return number


@op
def odd():
    return 3


@job
def input_check():
    needs_even(odd())


@asset(dagster_type=Even)
def even_asset():
    return 3


failed = run(None, 3, Out(Even)).execute_in_process(raise_on_error=False)
show(
    good=[
        outcome(int, 1),
        outcome(List[int], [1]),
        outcome(Dict[str, int], {"a": 1}),
        outcome(Optional[int], None),
        outcome(Tuple[int, str], (1, "a")),
        outcome(Set[int], {1}),
        outcome(Any, object()),
        outcome(Own, Own()),
        outcome(float, 1.5),
        outcome(list, [1]),
    ],
    bad=[
        outcome(int, "1"),
        outcome(List[int], ["a"]),
        outcome(Dict[str, int], {"a": "b"}),
        outcome(Optional[int], "x"),
        outcome(Tuple[int, str], (1, 2)),
        outcome(Set[int], {"a"}),
        outcome(Own, 1),
        outcome(float, 1),
        outcome(bool, 1),
        outcome(str, None),
    ],
    even=outcome(None, 3, Out(Even)),
    described=outcome(None, -1, Out(Described)),
    broken=outcome(None, 1, Out(Broken)),
    input=caught(input_check.execute_in_process),
    asset=caught(materialize, [even_asset]),
    events=events(failed),
    check=[
        event.event_specific_data.type_check_data.success
        for event in failed.all_events
        if event.event_type_value == "STEP_OUTPUT"
    ],
)
