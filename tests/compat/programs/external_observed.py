"""Observing several external assets at once, and checks called by hand.

oracle: 1.13
"""

from dagster import (
    AssetCheckResult,
    AssetKey,
    AssetSpec,
    DataVersion,
    DataVersionsByPartition,
    Definitions,
    ObserveResult,
    asset,
    asset_check,
    build_asset_check_context,
    define_asset_job,
    multi_observable_source_asset,
    observable_source_asset,
)
from observe import caught, events, metadata, show


@multi_observable_source_asset(specs=[AssetSpec("one", group_name="g"), AssetSpec(["p", "two"])])
def outside():
    yield ObserveResult(asset_key="one", metadata={"n": 1}, data_version=DataVersion("v"))
    yield ObserveResult(asset_key=AssetKey(["p", "two"]), tags={"t": "1"})


@observable_source_asset
def single():
    return ObserveResult(metadata={"m": 2}, data_version=DataVersion("w"))


@asset
def local():
    return 1


@asset_check(asset=local)
def fine(context):
    context.log.info("called")
    return AssetCheckResult(passed=True, metadata={"x": 1})


defs = Definitions(
    assets=[outside, single, local], jobs=[define_asset_job("look", selection=["one", "p/two", "single"])]
)
result = defs.get_job_def("look").execute_in_process()
observed = [
    each.event_specific_data.asset_observation
    for each in result.all_events
    if each.event_type_value == "ASSET_OBSERVATION"
]
show(
    events=events(result),
    observed=sorted(
        [
            each.asset_key.to_user_string(),
            metadata(each.metadata),
            each.tags.get("dagster/data_version"),
            each.tags.get("t"),
        ]
        for each in observed
    ),
    check=fine(build_asset_check_context()).passed,
    by_partition=caught(DataVersionsByPartition, {"a": "1"}),
)
