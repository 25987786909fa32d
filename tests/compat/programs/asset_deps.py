"""Assets depend on each other by parameter name, by AssetIn and by deps.

oracle: both
"""

from dagster import AssetIn, AssetKey, asset, materialize
from observe import events, show


@asset
def numbers():
    return [1, 2, 3]


@asset
def total(numbers):
    return sum(numbers)


@asset(ins={"values": AssetIn("numbers"), "amount": AssetIn(key=AssetKey("total"))})
def mean(values, amount):
    return amount / len(values)


@asset(deps=[mean, "numbers", AssetKey("total")])
def announcement():
    return "done"


result = materialize([announcement, mean, total, numbers])
show(
    success=result.success,
    events=events(result),
    mean=result.output_for_node("mean"),
    total=result.asset_value("total"),
    announcement=result.asset_value(AssetKey("announcement")),
    numbers=result.output_for_node("numbers"),
    dependencies=announcement.asset_deps[AssetKey("announcement")],
)
