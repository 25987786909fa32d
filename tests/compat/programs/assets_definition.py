"""AssetsDefinition: made from ops and graphs, with another prefix or group, as sources.

oracle: both
"""

from dagster import AssetKey, AssetsDefinition, GraphOut, Out, asset, graph, materialize, op
from observe import events, plain, refused, show


@op
def start():
    return 1


@op
def plus(value):
    return value + 1


@op(out={"low": Out(), "high": Out()})
def pair(base):
    return base, base + 1


@graph
def line(base):
    return plus(plus(base))


@graph(out={"one": GraphOut(), "two": GraphOut()})
def fork(base):
    return {"one": plus(base), "two": plus(plus(base))}


@asset(group_name="g", metadata={"m": 1})
def base():
    return 10


from_op = AssetsDefinition.from_op(pair, group_name="h")
named = AssetsDefinition.from_op(
    plus, keys_by_input_name={"value": AssetKey("base")}, keys_by_output_name={"result": AssetKey("more")}
)
from_graph = AssetsDefinition.from_graph(line, key_prefix="pre")
forked = AssetsDefinition.from_graph(
    fork, keys_by_output_name={"one": AssetKey("uno"), "two": AssetKey(["d", "os"])}, group_name="i"
)
result = materialize([base, from_op, named, from_graph, forked])
show(
    keys=[each.keys for each in (from_op, named, from_graph, forked)],
    dependencies=plain(
        {key: value for each in (from_op, named, from_graph) for key, value in each.asset_deps.items()}
    ),
    groups=[plain(each.group_names_by_key) for each in (from_op, forked)],
    high=result.asset_value("high"),
    more=result.asset_value("more"),
    line=result.asset_value(["pre", "line"]) if result.success else None,
    os=result.asset_value(["d", "os"]),
    steps=sorted({step for _, step in events(result) if step}),
    sources=[each.key for each in base.to_source_assets()],
    source=[base.to_source_asset().key, base.to_source_asset().group_name],
    key=[base.key, refused(lambda: from_op.key)],
)
