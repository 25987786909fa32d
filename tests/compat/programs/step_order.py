"""The order in which one process runs steps that are ready at the same time; the priority tag moves them.

oracle: both
"""

from dagster import In, Nothing, asset, job, materialize, op
from observe import show, step_events

ran = []


def make_op(name, priority=None):
    @op(
        name=name,
        ins={"start": In(Nothing)},
        tags={"dagster/priority": str(priority)} if priority is not None else {},
    )
    def made():
        ran.append(name)

    return made


@job
def by_name():
    c, a, b = make_op("c"), make_op("a"), make_op("b")
    first = c()
    a()
    b(first)
    make_op("aa")(first)


@job
def by_priority():
    make_op("one", 1)()
    make_op("ten", 10)()
    make_op("minus", -1)()
    make_op("none")()


@asset
def z():
    return 1


@asset
def y():
    return 1


@asset
def x(z):
    return 1


@asset
def a(y):
    return 1


by_name.execute_in_process()
named, ran = ran, []
by_priority.execute_in_process()
assets = materialize([x, y, z, a])
show(named=named, prioritized=ran, assets=step_events(assets, "STEP_START"))
