"""Dynamic outputs: map, chained map, collect; step keys carry the mapping key.

oracle: both
"""

from dagster import DynamicOut, DynamicOutput, job, op
from observe import caught, events, show


@op(out=DynamicOut(int))
def numbers():
    for number in (3, 1, 2):
        yield DynamicOutput(number, mapping_key=f"n{number}")


@op
def double(value):
    return value * 2


@op
def add(value, amount):
    return value + amount


@op
def ten():
    return 10


@op
def total(values):
    return values


@op(out=DynamicOut())
def none():
    if False:
        yield DynamicOutput(1, "x")


@op(out=DynamicOut())
def duplicated():
    yield DynamicOutput(1, "same")
    yield DynamicOutput(2, "same")


@job
def mapped():
    amount = ten()
    found = numbers()
    doubled = found.map(double)
    total(doubled.map(lambda each: add(each, amount)).collect())
    total.alias("direct")(found.collect())


@job
def empty():
    total(none().map(double).collect())


@job
def twice_the_same():
    duplicated().map(double)


result = mapped.execute_in_process()
nothing = empty.execute_in_process()
show(
    events=events(result),
    total=result.output_for_node("total"),
    direct=result.output_for_node("direct"),
    doubled=result.output_for_node("double"),
    source=result.output_for_node("numbers"),
    nothing=events(nothing),
    empty_total=nothing.output_for_node("total"),
    duplicated=caught(twice_the_same.execute_in_process),
    bad_key=caught(DynamicOutput, 1, "a key!"),
    steps_of_node=[event.step_key for event in result.events_for_node("double") if event.is_step_success],
)
