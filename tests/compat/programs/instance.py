"""An instance remembers runs, events and the latest materialization of each asset.

oracle: both
"""

from dagster import (
    AssetKey,
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    EventRecordsFilter,
    RunsFilter,
    asset,
    instance_for_test,
    job,
    materialize,
    op,
)
from observe import metadata, show


@asset
def rows(context):
    context.add_output_metadata({"n": 1})
    return 1


@asset
def doubled(rows):
    return 2


@op
def fails():
    raise ValueError


@job(tags={"kind": "bad"})
def failing():
    fails()


with instance_for_test() as instance:
    materialize([rows, doubled], instance=instance, tags={"round": "1"})
    second = materialize([rows], instance=instance, tags={"round": "2"})
    failing.execute_in_process(instance=instance, raise_on_error=False)
    latest = instance.get_latest_materialization_event(AssetKey("rows"))
    records = instance.get_event_records(
        EventRecordsFilter(DagsterEventType.ASSET_MATERIALIZATION, asset_key=AssetKey("rows")), limit=5
    )
    logs = instance.all_logs(second.run_id)
    show(
        runs=[[run.job_name, run.status] for run in instance.get_runs()],
        limited=[run.tags.get("round") for run in instance.get_runs(limit=2)],
        by_tag=[run.tags["round"] for run in instance.get_runs(RunsFilter(tags={"round": "1"}))],
        by_status=[
            run.job_name for run in instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.FAILURE]))
        ],
        by_job=len(instance.get_runs(RunsFilter(job_name="failing"))),
        count=instance.get_runs_count(),
        latest=[
            latest.run_id == second.run_id,
            metadata({k: v for k, v in latest.asset_materialization.metadata.items() if k != "path"}),
        ],
        records=[record.event_log_entry.run_id == second.run_id for record in records],
        record_keys=[record.asset_key for record in records],
        keys=sorted(key.to_user_string() for key in instance.all_asset_keys()),
        has=[instance.has_asset_key(AssetKey("rows")), instance.has_asset_key(AssetKey("x"))],
        logs=[
            entry.dagster_event.event_type_value
            for entry in logs
            if entry.is_dagster_event and entry.dagster_event.is_step_event
        ],
        unknown=[instance.get_latest_materialization_event(AssetKey("x")), instance.get_run_by_id("none")],
        run_has=instance.has_run(second.run_id),
        latest_codes=instance.get_run_stats(second.run_id).steps_succeeded,
        is_persistent=[instance.is_persistent, DagsterInstance.ephemeral().is_persistent],
    )
