"""Events reported without a run, event records of today's kind, and asset records.

oracle: 1.13
"""

from dagster import (
    AssetCheckEvaluation,
    AssetKey,
    AssetMaterialization,
    AssetObservation,
    AssetRecordsFilter,
    DagsterInstance,
    asset,
    materialize,
)
from observe import metadata, show


@asset
def rows(context):
    context.add_output_metadata({"n": 1})
    return 1


with DagsterInstance.ephemeral() as instance:
    run = materialize([rows], instance=instance)
    instance.report_runless_asset_event(AssetMaterialization("outside", metadata={"by": "hand"}))
    instance.report_runless_asset_event(AssetObservation("outside", metadata={"seen": 1}))
    instance.report_runless_asset_event(
        AssetCheckEvaluation(asset_key=AssetKey("outside"), check_name="c", passed=False, metadata={"m": 1})
    )
    by_hand = instance.get_latest_materialization_event(AssetKey("outside"))
    page = instance.fetch_materializations(AssetKey("rows"), limit=10)
    record = instance.get_asset_records([AssetKey("rows")])[0]
    observed = instance.fetch_observations(AssetRecordsFilter(asset_key=AssetKey("outside")), limit=1)
    show(
        by_hand=[by_hand.run_id, metadata(by_hand.asset_materialization.metadata)],
        page=[len(page.records), page.has_more, page.records[0].event_log_entry.run_id == run.run_id],
        record=[record.asset_entry.asset_key, record.asset_entry.last_run_id == run.run_id],
        observed=[metadata(each.event_log_entry.asset_observation.metadata) for each in observed.records],
        keys=sorted(key.to_user_string() for key in instance.get_asset_keys()),
    )
