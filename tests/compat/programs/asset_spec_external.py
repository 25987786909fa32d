"""External assets declared by AssetSpec: no step, known to the graph, and an edge from them.

oracle: 1.13
"""

from dagster import AssetKey, AssetSpec, Definitions, IOManager, asset, materialize
from observe import caught, events, show


class Twenty(IOManager):
    def handle_output(self, context, obj):
        pass

    def load_input(self, context):
        return 20


feed = AssetSpec("feed", group_name="outside", metadata={"where": "there"}, kinds={"api"}, description="d")
prefixed = AssetSpec(["x", "y"], deps=[feed])


@asset(deps=[feed, prefixed])
def local():
    return 1


@asset
def loads(feed):
    return feed


defs = Definitions(assets=[feed, prefixed, local, loads], resources={"io_manager": Twenty()})
job = defs.get_implicit_global_asset_job_def()
result = job.execute_in_process()
graph = defs.resolve_asset_graph()
show(
    events=events(result),
    loads=result.output_for_node("loads"),
    keys=graph.get_all_asset_keys(),
    executable=graph.executable_asset_keys,
    external=graph.external_asset_keys,
    parents=graph.get(AssetKey("local")).parent_keys,
    kinds=feed.kinds,
    materialize_only=caught(materialize, [feed]),
)
