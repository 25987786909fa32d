"""Assets made of a graph of ops.

oracle: both
"""

from dagster import AssetIn, AssetOut, asset, graph_asset, graph_multi_asset, materialize, op
from observe import events, plain, show


@op
def add_one(value):
    return value + 1


@op
def double(value):
    return value * 2


@asset
def base():
    return 3


@graph_asset(group_name="graphs", description="built of two ops", metadata={"m": 1})
def built(base):
    return double(add_one(base))


@graph_asset(ins={"value": AssetIn("built")}, key_prefix="deep")
def again(value):
    return add_one(add_one(value))


@graph_multi_asset(outs={"plus": AssetOut(), "times": AssetOut(key_prefix="deep")})
def both(built):
    return {"plus": add_one(built), "times": double(built)}


result = materialize([base, built, again, both])
show(
    events=events(result),
    built=result.output_for_node("built"),
    inner=result.output_for_node("built.add_one"),
    again=result.asset_value(["deep", "again"]),
    both=[result.asset_value("plus"), result.asset_value(["deep", "times"])],
    keys=[built.keys, again.keys, both.keys],
    groups=plain(built.group_names_by_key),
    description=list(built.descriptions_by_key.values()),
    node=again.node_def.name,
)
