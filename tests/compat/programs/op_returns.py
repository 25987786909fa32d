"""What an op may return or yield, and which output it becomes.

oracle: both
"""

from typing import Dict, Tuple

from dagster import Nothing, Out, Output, job, op
from observe import caught, events, show


@op
def generic() -> Output[int]:
    return Output(5, metadata={"m": 1})


@op(out={"a": Out(), "b": Out()})
def annotated_tuple() -> Tuple[int, str]:
    return 1, "b"


@op(out={"a": Out(), "b": Out()})
def tuple_of_outputs():
    return Output(1, "a"), Output(2, "b")


@op(out={"a": Out(), "b": Out()})
def wrong_names():
    return Output(1, "b"), Output(2, "a")


@op(out={"a": Out(), "b": Out()})
def too_few():
    return (1,)


@op(out={"a": Out(), "b": Out()})
def no_tuple():
    return 1


@op
def returns_dict() -> Dict[str, int]:
    return {"x": 1}


@op
def generator_of_values():
    yield 1


@op
def yields_twice():
    yield Output(1)
    yield Output(2)


@op
def unknown_output():
    yield Output(1, "other")


@op(out=Out(Nothing))
def nothing_with_value():
    return 5


@op
def none_annotated() -> None:
    return None


@op(out=Out(int, is_required=False))
def optional_none():
    return None


def run(step):
    @job
    def one():
        step()

    return one.execute_in_process(raise_on_error=False), caught(one.execute_in_process)


def value(step, name="result"):
    return run(step)[0].output_for_node(step.name, name)


show(
    generic=value(generic),
    tuple=[value(annotated_tuple, "a"), value(annotated_tuple, "b")],
    outputs=[value(tuple_of_outputs, "a"), value(tuple_of_outputs, "b")],
    dict=value(returns_dict),
    none=value(none_annotated),
    errors={
        step.name: run(step)[1]
        for step in (
            wrong_names,
            too_few,
            no_tuple,
            generator_of_values,
            yields_twice,
            unknown_output,
            optional_none,
        )
    },
    events={step.name: events(run(step)[0]) for step in (generic, too_few, yields_twice)},
)
