"""A project of the older style: @repository, with_resources, jobs of graphs, source assets, configured resources.

oracle: both
"""

import os

from dagster import (
    AssetIn,
    AssetKey,
    AssetSelection,
    IOManager,
    ScheduleDefinition,
    SourceAsset,
    asset,
    define_asset_job,
    fs_io_manager,
    graph,
    in_process_executor,
    io_manager,
    job,
    load_assets_from_current_module,
    make_values_resource,
    op,
    repository,
    resource,
    with_resources,
)
from observe import caught, events, files, show

SEEN = []


@resource(config_schema={"schema": str})
def database(context):
    SEEN.append(f"database {context.resource_config['schema']}")
    return {"schema": context.resource_config["schema"], "rows": [1, 2, 3]}


@io_manager(required_resource_keys={"database"})
def table_manager(context):
    class Tables(IOManager):
        def __init__(self, tables):
            self.tables = tables

        def handle_output(self, context, obj):
            SEEN.append(f"write {context.asset_key.to_user_string()}")
            self.tables[context.asset_key.path[-1]] = obj

        def load_input(self, context):
            SEEN.append(f"read {context.asset_key.to_user_string()}")
            return self.tables.get(context.asset_key.path[-1], self.tables["rows"])

    return Tables(context.resources.database)


raw_rows = SourceAsset(
    key=AssetKey(["warehouse", "rows"]), io_manager_key="tables", group_name="outside", description="Theirs."
)


@asset(ins={"rows": AssetIn(key=AssetKey(["warehouse", "rows"]))}, io_manager_key="tables", group_name="core")
def cleaned(rows):
    return [row * 10 for row in rows]


@asset(
    required_resource_keys={"settings"},
    config_schema={"limit": int},
    group_name="core",
    compute_kind="pandas",
)
def limited(context, cleaned):
    return cleaned[: context.op_config["limit"]] + [context.resources.settings["extra"]]


@asset(group_name="reports")
def summary(limited):
    return sum(limited)


@op(required_resource_keys={"database"})
def count(context):
    return len(context.resources.database["rows"])


@op(config_schema=str)
def say(context, number):
    return f"{context.op_config} {number}"


@graph
def counting():
    return say(count())


local = {
    "database": database.configured({"schema": "local"}),
    "tables": table_manager,
    "settings": make_values_resource(extra=int),
    "io_manager": fs_io_manager.configured({"base_dir": "values"}),
}
counting_job = counting.to_job(
    resource_defs={"database": local["database"]},
    config={"ops": {"say": {"config": "there are"}}},
    tags={"kind": "graph"},
    executor_def=in_process_executor,
)
core_job = define_asset_job(
    "core_job",
    AssetSelection.groups("core") | AssetSelection.keys("summary"),
    config={
        "ops": {"limited": {"config": {"limit": 1}}},
        "resources": {"settings": {"config": {"extra": 7}}},
    },
    tags={"owner": "core"},
)


@op
def two():
    return 2


@job(description="Nothing much.")
def standalone():
    say.configured("hello", name="hello_op")(two())


@repository(name="warehouse", description="All of it.")
def warehouse_repository():
    return [
        with_resources([raw_rows, cleaned, limited, summary], local),
        [counting_job, standalone],
        core_job,
        ScheduleDefinition(job=core_job, cron_schedule="0 6 * * *"),
        ScheduleDefinition(
            name="counting_daily", job=counting_job, cron_schedule="@daily", execution_timezone="Europe/Paris"
        ),
    ]


repo = warehouse_repository
result = repo.get_job("core_job").execute_in_process()
counted = repo.get_job("counting").execute_in_process()
hello = repo.get_job("standalone").execute_in_process()
show(
    name=[repo.name, repo.description],
    jobs=sorted(name for name in repo.job_names if not name.startswith("__")),
    schedules={
        each.name: [each.cron_schedule, each.execution_timezone, each.job_name] for each in repo.schedule_defs
    },
    has=[repo.has_job("core_job"), repo.has_job("nobody")],
    events=events(result),
    values=[result.output_for_node("limited"), result.output_for_node("summary")],
    seen=list(SEEN),
    files=[name for name in files("values") if "storage" not in name],
    tags=[repo.get_job("core_job").tags, repo.get_job("counting").tags],
)
SEEN.clear()
show(
    counted=[counted.output_value(), events(counted)],
    hello=[hello.output_for_node("hello_op"), repo.get_job("standalone").description],
    loaded=repo.load_asset_value("summary") if os.path.exists("values/summary") else None,
    unresolved=caught(with_resources, [limited], {}),
    missing=caught(lambda: repository(lambda: [limited, raw_rows, cleaned]).get_all_jobs()),
    unknown_schedule=caught(repo.get_schedule_def, "nobody"),
)
module_assets = load_assets_from_current_module(group_name=None)
show(module=sorted(each.key.to_user_string() for each in module_assets))
