"""Observable source assets: their observations and the data versions they return.

oracle: 1.13
"""

from dagster import (
    AssetSelection,
    DagsterInstance,
    DataVersion,
    Definitions,
    asset,
    define_asset_job,
    observable_source_asset,
)
from observe import events, show


@observable_source_asset
def feed(context):
    context.log.info("looking")
    return DataVersion("v1")


@observable_source_asset(name="other", group_name="g")
def named():
    return DataVersion("w")


@asset
def uses(feed):
    return 1


instance = DagsterInstance.ephemeral()
defs = Definitions(
    assets=[feed, named, uses],
    jobs=[define_asset_job("look", selection=AssetSelection.keys("feed", "other"))],
)
result = defs.get_job_def("look").execute_in_process(instance=instance)
observed = [
    event.event_specific_data.asset_observation
    for event in result.all_events
    if event.event_type_value == "ASSET_OBSERVATION"
]
show(
    events=events(result),
    observed=[[each.asset_key, each.tags["dagster/data_version"]] for each in observed],
    keys=[feed.key, named.key],
    group=named.group_name,
)
