"""MaterializeResult: metadata, checks, data version, and no value to store.

oracle: 1.13
"""

from dagster import AssetCheckResult, AssetCheckSpec, DataVersion, MaterializeResult, asset, materialize
from observe import events, metadata, show


@asset
def bare():
    return MaterializeResult(metadata={"rows": 3})


@asset(deps=[bare], check_specs=[AssetCheckSpec("not_empty", asset="checked")])
def checked() -> MaterializeResult:
    return MaterializeResult(
        metadata={"rows": 0},
        check_results=[AssetCheckResult(check_name="not_empty", passed=False)],
        data_version=DataVersion("mine"),
        tags={"a_tag": "b"},
    )


@asset(deps=[checked])
def valued() -> MaterializeResult[int]:
    return MaterializeResult(value=5, metadata={"x": 1})


@asset
def doubled(valued):
    return valued * 2


result = materialize([bare, checked, valued, doubled])
found = {}
for name in ("bare", "checked", "valued"):
    (event,) = result.asset_materializations_for_node(name)
    found[name] = {
        "metadata": metadata({key: value for key, value in event.metadata.items() if key != "path"}),
        # Which stored event an input was, by its number in Dagster's own log, is no fact about the asset.
        "tags": sorted(tag for tag in event.tags or {} if "input_event_pointer" not in tag),
    }
(evaluation,) = result.get_asset_check_evaluations()
show(
    events=events(result),
    found=found,
    doubled=result.asset_value("doubled"),
    check=[evaluation.check_name, evaluation.passed, evaluation.severity, evaluation.asset_key],
    data_version=result.asset_materializations_for_node("checked")[0].tags["dagster/data_version"],
    success=result.success,
)
