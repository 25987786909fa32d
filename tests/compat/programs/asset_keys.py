"""Key forms and prefixes, and the op and step names which follow from them.

oracle: both
"""

from dagster import AssetIn, AssetKey, asset, materialize
from observe import events, show


@asset(key_prefix="raw")
def orders():
    return 3


@asset(key_prefix=["raw", "shop"])
def visits():
    return 4


@asset(name="renamed")
def original():
    return 5


@asset(key=AssetKey(["deep", "er", "key"]))
def anything():
    return 6


@asset(key="flat")
def anything_else():
    return 7


@asset(
    ins={
        "orders": AssetIn(key_prefix="raw"),
        "visits": AssetIn(key_prefix=["raw", "shop"]),
        "deep": AssetIn(key=["deep", "er", "key"]),
    }
)
def summary(orders, visits, deep, renamed, flat):
    return [orders, visits, deep, renamed, flat]


assets = [orders, visits, original, anything, anything_else, summary]
result = materialize(assets)
show(
    keys=[each.key for each in assets],
    ops=[each.op.name for each in assets],
    steps={step for _, step in events(result) if step},
    summary=result.output_for_node("summary"),
    raw=result.output_for_node("raw__orders"),
    by_key=result.asset_value(["raw", "shop", "visits"]),
    equal=AssetKey("a/b") == AssetKey(["a", "b"]),
    from_user_string=AssetKey.from_user_string("a/b") == AssetKey(["a", "b"]),
    with_prefix=AssetKey("c").with_prefix(["a", "b"]),
    path=AssetKey(["a", "b"]).path,
    has_prefix=AssetKey(["a", "b"]).has_prefix(["a"]),
)
