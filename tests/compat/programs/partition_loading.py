"""Values of many partitions loaded at once: by mapping, missing ones left out, into assets without partitions.

oracle: 1.13
"""

from dagster import (
    AllPartitionMapping,
    AssetDep,
    AssetIn,
    DagsterInstance,
    DailyPartitionsDefinition,
    Definitions,
    LastPartitionMapping,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
    StaticPartitionsDefinition,
    TimeWindowPartitionMapping,
    WeeklyPartitionsDefinition,
    asset,
    materialize,
)
from observe import caught, show

days = DailyPartitionsDefinition("2024-04-28", end_date="2024-05-05")
weeks = WeeklyPartitionsDefinition("2024-04-28", end_date="2024-05-06")
letters = StaticPartitionsDefinition(["a", "b"])
seen = []


@asset(partitions_def=days)
def raw(context):
    return context.partition_key[-2:]


@asset(partitions_def=weeks)
def week(raw):
    return sorted(raw.items())


@asset
def everything(raw):
    return sorted(raw.items())


@asset(ins={"raw": AssetIn(metadata={"allow_missing_partitions": True})})
def what_there_is(raw):
    return sorted(raw.items())


@asset(ins={"raw": AssetIn(partition_mapping=LastPartitionMapping())})
def newest(context, raw):
    return [context.asset_partition_keys_for_input("raw"), raw]


@asset(
    partitions_def=letters,
    ins={"raw": AssetIn(partition_mapping=SpecificPartitionsPartitionMapping(["2024-04-30"]))},
)
def of_one_day(context, raw):
    return [context.partition_key, raw]


@asset(
    partitions_def=days, ins={"raw": AssetIn(partition_mapping=TimeWindowPartitionMapping(start_offset=-1))}
)
def with_the_day_before(raw):
    return sorted(raw.items()) if isinstance(raw, dict) else raw


@asset(partitions_def=letters)
def letter(context):
    return context.partition_key * 2


@asset(
    partitions_def=StaticPartitionsDefinition(["x"]),
    ins={"letter": AssetIn(partition_mapping=StaticPartitionMapping({"a": "x", "b": "x"}))},
)
def both(letter):
    return sorted(letter.items())


@asset(partitions_def=days, deps=[AssetDep(letter, partition_mapping=AllPartitionMapping())])
def after_letters(context):
    seen.append(context.partition_key)


everybody = [
    raw,
    week,
    everything,
    what_there_is,
    newest,
    of_one_day,
    with_the_day_before,
    letter,
    both,
    after_letters,
]


def made(definition, key, instance):
    result = materialize(everybody, selection=[definition], partition_key=key, instance=instance)
    return result.output_for_node(definition.op.name)


with DagsterInstance.ephemeral() as instance:
    for key in days.get_partition_keys()[:4]:
        made(raw, key, instance)
    missing = [
        caught(lambda: made(everything, None, instance)) != "",
        made(what_there_is, None, instance),
        caught(lambda: made(newest, None, instance)) != "",
    ]
    for key in days.get_partition_keys()[4:]:
        made(raw, key, instance)
    for key in "ab":
        made(letter, key, instance)
    defs = Definitions(assets=everybody)
    made(after_letters, "2024-05-01", instance)
    show(
        missing=missing,
        week=made(week, "2024-04-28", instance),
        everything=made(everything, None, instance),
        newest=made(newest, None, instance),
        of_one_day=made(of_one_day, "b", instance),
        with_the_day_before=[
            made(with_the_day_before, key, instance) for key in ("2024-04-28", "2024-05-02")
        ],
        both=made(both, "x", instance),
        after_letters=seen,
        loaded=defs.load_asset_value("raw", instance=instance, partition_key="2024-05-01"),
    )
