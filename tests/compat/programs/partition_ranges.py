"""One run of several partitions: contexts, what I/O managers are told, and a materialisation for each partition.

oracle: 1.13
"""

from dagster import (
    AssetKey,
    BackfillPolicy,
    DagsterInstance,
    DailyPartitionsDefinition,
    IOManager,
    MaterializeResult,
    MultiPartitionsDefinition,
    StaticPartitionsDefinition,
    asset,
    materialize,
)
from observe import caught, show

days = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-10")
grid = MultiPartitionsDefinition({"date": days, "letter": StaticPartitionsDefinition(["a", "b"])})
single = BackfillPolicy.single_run()
seen = []


def told(context):
    window = context.asset_partitions_time_window
    return [
        list(context.asset_partition_keys),
        list(context.asset_partition_key_range),
        [window.start.isoformat(), window.end.isoformat()],
        context.has_partition_key,
        context.has_asset_partitions,
        context.asset_partitions_def == days,
    ]


class Telling(IOManager):
    def handle_output(self, context, obj):
        seen.append(["stored", context.asset_key.path, *told(context)])

    def load_input(self, context):
        seen.append(["loaded", context.asset_key.path, *told(context)])
        return "value"


@asset(partitions_def=days, backfill_policy=single)
def raw(context):
    window = context.partition_time_window
    seen.append(
        [
            context.partition_keys,
            list(context.partition_key_range),
            [window.start.isoformat(), window.end.isoformat()],
            [context.has_partition_key, context.has_partition_key_range],
            caught(lambda: context.partition_key),
        ]
    )
    return "value"


@asset(partitions_def=days, backfill_policy=single)
def clean(context, raw):
    seen.append([raw, context.asset_partition_keys_for_input("raw")])
    return raw


@asset(partitions_def=days, backfill_policy=single)
def nothing(context) -> None: ...


@asset(partitions_def=days, backfill_policy=single)
def told_result(context):
    return MaterializeResult(metadata={"rows": 3})


@asset(partitions_def=grid, backfill_policy=single)
def cells(context) -> None:
    seen.append([[str(each) for each in context.partition_keys]])


def tags(start, end):
    return {"dagster/asset_partition_range_start": start, "dagster/asset_partition_range_end": end}


def made(result):
    return [[each.asset_key.path, each.partition] for each in result.get_asset_materialization_events()]


three = tags("2024-05-03", "2024-05-05")
with DagsterInstance.ephemeral() as instance:
    result = materialize([raw, clean], tags=three, instance=instance, resources={"io_manager": Telling()})
    show(
        made=made(result),
        seen=list(seen),
        nothing=made(materialize([nothing], tags=three, instance=instance)),
        told_result=made(materialize([told_result], tags=three, instance=instance)),
        cells=sorted(
            made(materialize([cells], tags=tags("2024-05-03|a", "2024-05-04|a"), instance=instance)), key=str
        ),
        materialized=sorted(instance.get_materialized_partitions(AssetKey("raw"))),
        policies=[
            single.max_partitions_per_run,
            single.policy_type.name,
            BackfillPolicy.multi_run(5).max_partitions_per_run,
            BackfillPolicy.multi_run().policy_type.name,
            single == BackfillPolicy.single_run(),
        ],
    )
