"""Nothing dependencies order steps without values; a list of outputs fans in to one input.

oracle: 1.13
"""

from dagster import In, List, Nothing, Out, job, op
from observe import events, show

ran = []


@op(out=Out(Nothing))
def prepare():
    ran.append("prepare")


@op(ins={"ready": In(Nothing)})
def work():
    ran.append("work")
    return 2


@op(ins={"ready": In(Nothing), "value": In(int)})
def more(value):
    ran.append("more")
    return value * 2


@op
def collect(values):
    return sorted(values)


@op(ins={"values": In(List[int]), "done": In(Nothing)})
def typed(values):
    return sum(values)


@job
def everything():
    ready = prepare()
    first = work(ready)
    second = more(ready=ready, value=first)
    third = work.alias("again")([ready, second])
    collect([third, first, second])
    typed([first, second], done=[third])


result = everything.execute_in_process()
show(
    ran=ran,
    events=events(result),
    collected=result.output_for_node("collect"),
    typed=result.output_for_node("typed"),
    nothing=result.output_for_node("prepare"),
)
