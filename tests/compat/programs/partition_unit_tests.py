"""Partitioned assets called directly, with contexts built by hand; I/O managers tested with partitions.

oracle: 1.13
"""

from dagster import (
    DailyPartitionsDefinition,
    IOManager,
    MultiPartitionKey,
    MultiPartitionsDefinition,
    PartitionKeyRange,
    StaticPartitionsDefinition,
    asset,
    build_asset_context,
    build_input_context,
    build_op_context,
    build_output_context,
    op,
)
from observe import caught, show

days = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-10")
grid = MultiPartitionsDefinition({"date": days, "letter": StaticPartitionsDefinition(["a", "b"])})


@asset(partitions_def=days)
def raw(context):
    window = context.partition_time_window
    return [context.partition_key, window.start.isoformat(), context.has_partition_key]


@asset(partitions_def=days)
def several(context):
    return list(context.partition_key_range)


@asset(partitions_def=grid)
def cell(context):
    return context.partition_key.keys_by_dimension


@op
def an_op(context):
    return context.partition_key


class Telling(IOManager):
    def handle_output(self, context, obj):
        self.told = [context.asset_partition_key, context.has_asset_partitions, context.partition_key]

    def load_input(self, context):
        window = context.asset_partitions_time_window
        return [list(context.asset_partition_keys), window.start.isoformat(), window.end.isoformat()]


manager = Telling()
manager.handle_output(build_output_context(asset_key="raw", partition_key="2024-05-03"), 1)
key_range = PartitionKeyRange("2024-05-03", "2024-05-05")
show(
    raw=raw(build_asset_context(partition_key="2024-05-03")),
    several=several(build_asset_context(partition_key_range=key_range)),
    cell=cell(build_asset_context(partition_key=MultiPartitionKey({"date": "2024-05-03", "letter": "a"}))),
    an_op=an_op(build_op_context(partition_key="k")),
    without=caught(lambda: raw(build_asset_context())),
    stored=manager.told,
    loaded=manager.load_input(
        build_input_context(asset_key="raw", asset_partition_key_range=key_range, asset_partitions_def=days)
    ),
)
