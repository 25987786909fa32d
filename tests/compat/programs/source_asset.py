"""A SourceAsset is loaded through the I/O manager that it names.

oracle: both
"""

from dagster import AssetIn, AssetKey, Definitions, IOManager, SourceAsset, asset, io_manager, materialize
from observe import caught, events, show

log = []


def table_of(upstream):
    return (upstream.metadata or {}).get("table")


class Lake(IOManager):
    def handle_output(self, context, obj):
        log.append(["store", context.asset_key.path, obj])

    def load_input(self, context):
        upstream = context.upstream_output
        log.append(["load", context.asset_key.path, table_of(upstream), upstream.has_asset_key])
        return 20


@io_manager
def lake(_):
    return Lake()


source = SourceAsset(
    key=AssetKey(["raw", "events"]), io_manager_key="lake", metadata={"table": "t"}, group_name="raw"
)
default = SourceAsset("plain", description="loaded by io_manager")


@asset(io_manager_key="lake")
def counted(events: int, plain):
    return events + plain


@asset(ins={"events": AssetIn(["raw", "events"])}, io_manager_key="lake")
def summed(events, plain):
    return events + plain


resources = {"lake": lake, "io_manager": lake}
result = materialize([summed, source, default], resources=resources)
defs = Definitions(assets=[summed, source, default], resources=resources)
show(
    log=log,
    events=events(result),
    loaded=defs.load_asset_value(AssetKey(["raw", "events"])),
    value=result.asset_value("summed"),
    undefined=caught(materialize, [counted], resources=resources),
    key=source.key,
    attributes=[source.group_name, source.io_manager_key, default.io_manager_key, default.description],
)
