"""Versions: of code, of data, of what others make; what a value was made from, and what a run tells of it.

oracle: 1.13
"""

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    DagsterInstance,
    DataVersion,
    DataVersionsByPartition,
    Definitions,
    MaterializeResult,
    ObserveResult,
    Output,
    asset,
    define_asset_job,
    multi_asset,
    multi_observable_source_asset,
    observable_source_asset,
)
from observe import caught, events, metadata, show

FILES = {"orders": "o1", "prices": "p1", "stock": "s1"}
SEEN = []


@observable_source_asset(group_name="files", description="A folder of somebody else.", tags={"owner": "them"})
def orders_file(context):
    return DataVersion(FILES["orders"])


@multi_observable_source_asset(specs=[AssetSpec("prices_file"), AssetSpec("stock_file")])
def feeds():
    yield ObserveResult(
        asset_key="prices_file", data_version=DataVersion(FILES["prices"]), metadata={"rows": 2}
    )
    yield ObserveResult(
        asset_key="stock_file", data_version=DataVersion(FILES["stock"]), tags={"quick": "yes"}
    )


@asset(deps=[orders_file], code_version="a1")
def orders(context: AssetExecutionContext):
    return Output(FILES["orders"], data_version=DataVersion(f"orders-{FILES['orders']}"))


@asset(deps=["prices_file"], code_version="b1")
def priced(context: AssetExecutionContext, orders):
    provenance = context.get_asset_provenance(AssetKey("priced"))
    SEEN.append(
        None
        if provenance is None
        else [
            provenance.code_version,
            {key.to_user_string(): version.value for key, version in provenance.input_data_versions.items()},
            provenance.is_user_provided,
        ]
    )
    return f"{orders} {FILES['prices']}"


@multi_asset(specs=[AssetSpec("low", deps=["orders"], code_version="c1"), AssetSpec("high", deps=["priced"])])
def split():
    yield MaterializeResult(asset_key="low", data_version=DataVersion("low-1"))
    yield MaterializeResult(asset_key="high", metadata={"n": 1})


defs = Definitions(
    assets=[orders_file, feeds, orders, priced, split],
    jobs=[
        define_asset_job("observe", ["orders_file", "prices_file", "stock_file"]),
        define_asset_job("make", ["orders", "priced", "low", "high"]),
    ],
)


def versions(instance, *names):
    found = {}
    for name in names:
        event = instance.get_latest_materialization_event(AssetKey(name))
        tags = event.asset_materialization.tags
        kept = {key.removeprefix("dagster/"): value for key, value in tags.items() if "pointer" not in key}
        provided = "data_version_is_user_provided" in kept
        found[name] = {
            key: value
            for key, value in kept.items()
            if provided or key != "data_version"  # one that is computed is each side's own
        }
        if name == "high":  # it declares none, and gets the id of its run
            found[name]["code_version"] = found[name]["code_version"] == event.run_id
        for key in [each for each in found[name] if each.startswith("input_data_version/")]:
            if key.removeprefix("input_data_version/") in ("priced",):
                found[name][key] = "computed"
    return found


with DagsterInstance.local_temp() as instance:
    observe, make = defs.resolve_job_def("observe"), defs.resolve_job_def("make")
    observed = observe.execute_in_process(instance=instance)
    show(
        observed=events(observed),
        observations={
            event.asset_observation_data.asset_observation.asset_key.to_user_string(): [
                metadata(event.asset_observation_data.asset_observation.metadata),
                event.asset_observation_data.asset_observation.tags["dagster/data_version"],
                event.asset_observation_data.asset_observation.tags.get("quick"),
            ]
            for event in observed.get_asset_observation_events()
        },
    )
    make.execute_in_process(instance=instance)
    show(first=versions(instance, "orders", "priced", "low", "high"), provenance=list(SEEN))
    FILES.update(orders="o2", prices="p2")
    observe.execute_in_process(instance=instance)
    make.execute_in_process(instance=instance)
    show(second=versions(instance, "orders", "priced", "low", "high"), provenance_then=list(SEEN[1:]))
    latest = instance.fetch_observations(AssetKey("orders_file"), limit=5)
    show(
        history=[each.asset_observation.tags["dagster/data_version"] for each in latest.records],
        record=instance.get_latest_data_version_record(AssetKey("orders")) is not None,
        kinds=[
            caught(DataVersion, 5),
            DataVersion("x") == DataVersion("x"),
            DataVersionsByPartition({"a": "1"}).data_versions_by_partition["a"].value,
        ],
        specs={
            spec.key.to_user_string(): [spec.code_version, sorted(spec.tags)]
            for spec in defs.resolve_all_asset_specs()
        },
    )
