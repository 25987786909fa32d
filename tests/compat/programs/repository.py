"""@repository: what it holds, as a list and as a dictionary, and with_resources inside it.

oracle: both
"""

from dagster import (
    ResourceDefinition,
    asset,
    define_asset_job,
    graph,
    job,
    op,
    repository,
    schedule,
    with_resources,
)
from observe import caught, show


@op
def an_op():
    return 1


@job
def plain_job():
    an_op()


@graph
def a_graph():
    return an_op()


@asset(required_resource_keys={"r"})
def an_asset(context):
    return context.resources.r


@schedule(job=plain_job, cron_schedule="@daily")
def a_schedule():
    return {}


@repository
def listed():
    """Many things."""
    return [
        plain_job,
        a_graph,
        a_schedule,
        *with_resources([an_asset], {"r": ResourceDefinition.hardcoded_resource("bound")}),
        define_asset_job("assets_job"),
    ]


@repository(name="renamed", description="d")
def by_dictionary():
    return {"jobs": {"plain_job": plain_job, "lazy": lambda: a_graph.to_job(name="lazy")}}


def wrong():
    @repository
    def holds_a_number():
        return [plain_job, 5]


def clashing():
    @job(name="plain_job")
    def other():
        an_op()
        an_op()

    @repository
    def holds_two():
        return [plain_job, other]

    holds_two.get_all_jobs()


show(
    jobs=sorted(each.name for each in listed.get_all_jobs() if not each.name.startswith("__")),
    schedules=[each.name for each in listed.schedule_defs],
    description=listed.description,
    graph=listed.get_job("a_graph").execute_in_process().output_value(),
    asset=listed.get_job("assets_job").execute_in_process().output_for_node("an_asset"),
    names=[listed.name, by_dictionary.name],
    lazy=by_dictionary.get_job("lazy").execute_in_process().output_value(),
    job_names=sorted(by_dictionary.job_names),
    wrong=caught(wrong),
    clashing=caught(clashing),
    unknown=caught(listed.get_job, "nobody"),
)
