"""A multi-asset of specs yields MaterializeResults and stores nothing.

oracle: 1.13
"""

from dagster import AssetKey, AssetSpec, MaterializeResult, asset, materialize, multi_asset
from observe import caught, events, metadata, show


@asset
def source():
    return 1


@multi_asset(
    specs=[
        AssetSpec("orders", deps=["source"], group_name="shop", metadata={"kind": "table"}, code_version="2"),
        AssetSpec(["shop", "lines"], deps=[AssetKey("orders")], tags={"team": "a"}, owners=["team:a"]),
        AssetSpec("unused", skippable=True),
    ],
)
def shop():
    yield MaterializeResult("orders", metadata={"rows": 2})
    yield MaterializeResult(asset_key=AssetKey(["shop", "lines"]))


@multi_asset(specs=[AssetSpec("orders"), AssetSpec("lines")])
def returns_nothing():
    return None


@multi_asset(specs=[AssetSpec("orders"), AssetSpec("lines")])
def wrong_key():
    yield MaterializeResult("nobody")


result = materialize([source, shop])
implicit = materialize([returns_nothing])
spec = {each.key.to_user_string(): each for each in shop.specs}
show(
    events=events(result),
    metadata=[
        [event.asset_key, metadata(event.metadata)]
        for event in result.asset_materializations_for_node("shop")
    ],
    implicit=events(implicit),
    wrong_key=caught(materialize, [wrong_key]),
    specs=[
        [
            key,
            each.group_name,
            each.code_version,
            sorted(each.tags),
            list(each.owners),
            [dep.asset_key for dep in each.deps],
        ]
        for key, each in sorted(spec.items())
    ],
    outputs=sorted(shop.keys_by_output_name),
)
