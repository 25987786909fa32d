"""Runs of one partition: contexts, loaded values, tags and events.

oracle: 1.13
"""

from dagster import (
    AssetIn,
    AssetKey,
    DagsterInstance,
    DagsterInvariantViolationError,
    DailyPartitionsDefinition,
    DynamicPartitionsDefinition,
    TimeWindowPartitionMapping,
    asset,
    materialize,
)
from observe import catches, caught, show

days = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-10")
seen = {}


def window(found):
    return [found.start.isoformat(), found.end.isoformat()]


@asset(partitions_def=days)
def raw(context):
    seen["raw"] = {
        "key": context.partition_key,
        "keys": context.partition_keys,
        "range": list(context.partition_key_range),
        "window": window(context.partition_time_window),
        "has": [context.has_partition_key, context.has_partition_key_range],
        "output": [
            context.asset_partition_key_for_output(),
            context.asset_partition_keys_for_output(),
            list(context.asset_partition_key_range_for_output()),
            window(context.asset_partitions_time_window_for_output()),
            str(context.asset_partitions_def_for_output()),
        ],
    }
    return context.partition_key


@asset(partitions_def=days)
def clean(context, raw):
    seen["clean"] = [
        raw,
        context.asset_partition_key_for_input("raw"),
        context.asset_partition_keys_for_input("raw"),
        window(context.asset_partitions_time_window_for_input("raw")),
        str(context.asset_partitions_def_for_input("raw")),
    ]
    return raw + "!"


@asset
def plain():
    return 5


@asset(partitions_def=days)
def mixed(context, plain):
    return [plain, context.partition_key]


@asset
def total(context, raw):
    return sorted(raw.items()) if isinstance(raw, dict) else raw


@asset(partitions_def=days, ins={"chain": AssetIn(partition_mapping=TimeWindowPartitionMapping(-1, -1))})
def chain(context, chain):
    return [*(chain or []), context.partition_key]


@asset(partitions_def=DynamicPartitionsDefinition(name="customers"))
def customer(context):
    return context.partition_key


def made(result):
    return [[each.asset_key.path, each.partition] for each in result.get_asset_materialization_events()]


with DagsterInstance.ephemeral() as instance:
    result = materialize([raw, clean], partition_key="2024-05-03", instance=instance)
    tags = {
        name: text for name, text in result.dagster_run.tags.items() if name.startswith("dagster/partition")
    }
    materialize([raw], partition_key="2024-05-04", instance=instance)
    before_customer = caught(materialize, [customer], partition_key="acme", instance=instance)
    instance.add_dynamic_partitions("customers", ["acme"])
    show(
        seen=seen,
        tags=tags,
        made=made(result),
        values=[result.output_for_node("clean"), result.asset_value("raw")],
        materialized=sorted(instance.get_materialized_partitions(AssetKey("raw"))),
        mixed=materialize([plain, mixed], partition_key="2024-05-03", instance=instance).output_for_node(
            "mixed"
        ),
        chain=[
            materialize([chain], partition_key=key, instance=instance).output_for_node("chain")
            for key in ("2024-05-01", "2024-05-02", "2024-05-03")
        ],
        customer=[before_customer, made(materialize([customer], partition_key="acme", instance=instance))],
        wrong=[
            catches(DagsterInvariantViolationError, materialize, [raw], instance=instance),
            caught(materialize, [raw], partition_key="2034-05-03", instance=instance),
            caught(materialize, [raw], partition_key="x", instance=instance),
            caught(materialize, [plain], partition_key="2024-05-03", instance=instance),
        ],
    )
