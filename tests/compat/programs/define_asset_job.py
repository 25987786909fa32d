"""define_asset_job: selections, config, tags, op names and executing part of it.

oracle: both
"""

from dagster import AssetSelection, Definitions, asset, define_asset_job, in_process_executor
from observe import caught, show, step_events


@asset(group_name="left")
def a():
    return 1


@asset(group_name="left", config_schema={"x": int})
def b(context, a):
    return context.op_config["x"]


@asset(group_name="right")
def c(b):
    return b


@asset
def alone():
    return 0


config = {"ops": {"b": {"config": {"x": 7}}}}
jobs = [
    define_asset_job("everything", config=config),
    define_asset_job("by_name", selection=["a", "alone"]),
    define_asset_job("by_string", selection="alone"),
    define_asset_job("by_syntax", selection="*b", config=config),
    define_asset_job("by_group", selection=AssetSelection.groups("left"), config=config, tags={"k": "v"}),
    define_asset_job("by_definition", selection=[a, alone]),
    define_asset_job(
        "described",
        selection=AssetSelection.keys("c"),
        executor_def=in_process_executor,
        description="again",
    ),
]
defs = Definitions(assets=[a, b, c, alone], jobs=jobs)


def run(name, **named):
    return defs.get_job_def(name).execute_in_process(**named)


everything = run("everything")
partly = run("everything", asset_selection=[a.key, alone.key])
by_group = run("by_group")
show(
    steps={
        name: step_events(run(name), "STEP_START")
        for name in ("by_name", "by_string", "by_syntax", "by_definition")
    },
    everything=[everything.asset_value("c"), step_events(everything, "STEP_START")],
    partly=step_events(partly, "STEP_START"),
    tags=by_group.dagster_run.tags["k"],
    group=step_events(by_group, "STEP_START"),
    more_config=run("by_group", run_config={"ops": {"b": {"config": {"x": 8}}}}).asset_value("b"),
    job_name=by_group.dagster_run.job_name,
    not_selected=caught(by_group.output_for_node, "c"),
    bad_config=caught(run, "by_group", run_config={"ops": {"b": {"config": {"x": "a"}}}}),
    config_of_another=caught(run, "by_name", run_config=config),
    description=defs.get_job_def("described").description,
)
