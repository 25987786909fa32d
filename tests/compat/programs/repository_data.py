"""A repository that a class answers for, and what else asks the insides of an instance.

oracle: 1.13
"""

import datetime

from dagster import (
    AssetCheckKey,
    AssetKey,
    AssetOrCheckKey,
    ConfigSchema,
    DagsterEventType,
    DefaultRunLauncher,
    EventRecordsFilter,
    RepositoryData,
    RunShardedEventsCursor,
    RunStatusChangeRecordsFilter,
    ScheduleDefinition,
    asset,
    instance_for_test,
    job,
    op,
    repository,
    version,
)
from observe import caught, show


def build_job(name: str, schema: ConfigSchema):
    @op(name=f"{name}_op", config_schema=schema)
    def work(context):
        return context.op_config

    @job(name=name)
    def made():
        work()

    return made


@asset
def numbers():
    return [1, 2]


class Computed(RepositoryData):
    asked = 0

    def get_all_jobs(self):
        Computed.asked += 1
        return [build_job(name, str) for name in ("alpha", "beta")]

    def get_all_schedules(self):
        return [ScheduleDefinition(name="nightly", job_name="alpha", cron_schedule="@daily")]

    def get_assets_defs_by_key(self):
        return {numbers.key: numbers}

    def get_top_level_resources(self):
        return {}

    def get_env_vars_by_top_level_resource(self):
        return {}


class Empty(RepositoryData):
    pass


@repository
def computed():
    return Computed()


data = Computed()
run_config = {"ops": {"alpha_op": {"config": "given"}}}
show(
    jobs=sorted(name for name in computed.job_names if not name.startswith("__")),
    value=computed.get_job("alpha").execute_in_process(run_config=run_config).output_for_node("alpha_op"),
    assets=list(computed.assets_defs_by_key),
    schedules=[each.name for each in computed.schedule_defs],
    names=[data.get_job_names(), data.get_schedule_names(), data.get_sensor_names()],
    has=[data.has_job("beta"), data.has_job("gamma"), data.has_schedule("nightly"), data.has_sensor("x")],
    job=data.get_job("beta").name,
    schedule=data.get_schedule("nightly").cron_schedule,
    unknown=[caught(data.get_schedule, "gamma"), caught(data.get_sensor, "gamma")],
    abstract=[caught(RepositoryData), caught(Empty)],
    version=version.__version__.split(".")[0],
    keys=[
        isinstance(each, AssetOrCheckKey) for each in (AssetKey("a"), AssetCheckKey(AssetKey("a"), "c"), "a")
    ],
)


def page(found):
    return [[each.event_log_entry.dagster_event.event_type_value for each in found.records], found.has_more]


with instance_for_test() as instance:
    for name in ("alpha", "beta", "alpha"):
        config = {"ops": {f"{name}_op": {"config": "x"}}}
        last = computed.get_job(name).execute_in_process(run_config=config, instance=instance)
    changes = instance.fetch_run_status_changes
    succeeded = DagsterEventType.RUN_SUCCESS
    first = changes(succeeded, limit=2)
    show(
        launcher=isinstance(instance.run_launcher, DefaultRunLauncher),
        terminated=[instance.run_launcher.terminate(last.run_id), instance.run_launcher.terminate("nobody")],
        bare=[DefaultRunLauncher().has_instance, instance.run_launcher.has_instance],
        first=page(first),
        rest=page(changes(succeeded, limit=2, cursor=first.cursor)),
        ascending=[
            each.run_id == last.run_id for each in changes(succeeded, limit=5, ascending=True).records
        ],
        all=page(changes(RunStatusChangeRecordsFilter(succeeded), limit=5)),
        later=page(changes(RunStatusChangeRecordsFilter(succeeded, after_timestamp=4e9), limit=5)),
        wrong=[
            caught(changes, DagsterEventType.STEP_START, limit=1),
            caught(RunStatusChangeRecordsFilter, DagsterEventType.STEP_START),
        ],
        sharded=len(
            instance.get_event_records(
                EventRecordsFilter(
                    event_type=succeeded,
                    after_cursor=RunShardedEventsCursor(
                        id=0, run_updated_after=datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
                    ),
                )
            )
        ),
    )
