"""Definitions: jobs, the implicit job, resources bound to all, load_asset_value, and what it refuses.

oracle: both
"""

import os

from dagster import (
    AssetKey,
    AssetSelection,
    ConfigurableResource,
    Definitions,
    FilesystemIOManager,
    ScheduleDefinition,
    asset,
    define_asset_job,
    job,
    op,
)
from observe import caught, show, step_events


class Store(ConfigurableResource):
    name: str


@asset
def first(store: Store):
    return store.name


@asset(key_prefix="p")
def second(first):
    return first + "!"


@op
def an_op(store: Store):
    return store.name


@job
def a_job():
    an_op()


part = define_asset_job("part", selection=AssetSelection.keys("first"), tags={"t": "1"}, description="a part")
os.mkdir("data")
defs = Definitions(
    assets=[first, second],
    jobs=[a_job, part, define_asset_job("everything")],
    schedules=[ScheduleDefinition(job=part, cron_schedule="0 * * * *")],
    resources={"store": Store(name="s"), "io_manager": FilesystemIOManager(base_dir="data")},
)
whole = defs.get_implicit_global_asset_job_def()
result = defs.get_job_def("everything").execute_in_process()
loader = defs.get_asset_value_loader()
repository = defs.get_repository_def()
show(
    steps=step_events(result, "STEP_START"),
    part=step_events(defs.get_job_def("part").execute_in_process(), "STEP_START"),
    op_job=defs.get_job_def("a_job").execute_in_process().output_for_node("an_op"),
    loaded=[defs.load_asset_value("first"), defs.load_asset_value(AssetKey(["p", "second"]))],
    typed=defs.load_asset_value("first", python_type=str),
    loader=loader.load_asset_value(AssetKey(["p", "second"])),
    implicit=whole.name,
    jobs=sorted(each.name for each in repository.get_all_jobs() if not each.name.startswith("__")),
    job_tags=dict(defs.get_job_def("part").tags),
    schedule=[
        defs.get_schedule_def("part_schedule").cron_schedule,
        defs.get_schedule_def("part_schedule").job_name,
    ],
    unknown_job=caught(defs.get_job_def, "nobody"),
    unknown_schedule=caught(defs.get_schedule_def, "nobody"),
    repository=repository.name,
    has_job=[repository.has_job("part"), repository.has_job("x")],
    empty=sorted(
        each.name
        for each in Definitions().get_repository_def().get_all_jobs()
        if not each.name.startswith("__")
    ),
)
