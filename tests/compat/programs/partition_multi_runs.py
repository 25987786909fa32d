"""Runs of partitions with two dimensions: keys, tags, paths, and loading along one dimension.

oracle: 1.13
"""

from dagster import (
    DagsterInstance,
    DailyPartitionsDefinition,
    MultiPartitionKey,
    MultiPartitionsDefinition,
    StaticPartitionsDefinition,
    asset,
    materialize,
)
from observe import caught, show

days = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-10")
letters = StaticPartitionsDefinition(["a", "b"])
grid = MultiPartitionsDefinition({"date": days, "letter": letters})
seen = []


@asset(partitions_def=grid)
def cell(context):
    window = context.partition_time_window
    seen.append(
        [context.partition_key.keys_by_dimension, str(context.partition_key), window.start.isoformat()]
    )
    return str(context.partition_key)


@asset(partitions_def=days)
def day(context, cell):
    seen.append(sorted(str(each) for each in context.asset_partition_keys_for_input("cell")))
    return sorted(cell.items())


@asset(partitions_def=grid)
def again(cell):
    return cell + "!"


with DagsterInstance.ephemeral() as instance:
    results = [
        materialize([cell], partition_key=key, instance=instance)
        for key in (MultiPartitionKey({"date": "2024-05-03", "letter": "a"}), "2024-05-03|b")
    ]
    events = [each for result in results for each in result.get_asset_materialization_events()]
    show(
        seen=seen,
        tags=[
            {
                name: text
                for name, text in result.dagster_run.tags.items()
                if name.startswith("dagster/partition")
            }
            for result in results
        ],
        made=[str(each.partition) for each in events],
        event_tags=[
            {
                name: text
                for name, text in each.materialization.tags.items()
                if name.startswith("dagster/partition")
            }
            for each in events
        ],
        paths=[each.materialization.metadata["path"].value.split("/storage/")[1] for each in events],
        day=materialize(
            [cell, day], selection=[day], partition_key="2024-05-03", instance=instance
        ).output_for_node("day"),
        again=materialize(
            [cell, again], selection=[again], partition_key="2024-05-03|b", instance=instance
        ).output_for_node("again"),
        wrong=caught(materialize, [cell], partition_key="a|2024-05-03", instance=instance),
    )
