"""Two shops and their receipts, day by day: each day of each shop is made, stored and loaded by itself."""

import random

import headwater as hw

days = hw.DailyPartitionsDefinition("2024-05-01", end_date="2024-05-08", timezone="Europe/Berlin")
shops = hw.StaticPartitionsDefinition(["berlin", "oslo"])
shop_days = hw.MultiPartitionsDefinition({"day": days, "shop": shops})
customers = hw.DynamicPartitionsDefinition(name="customers")

yesterday = hw.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)


@hw.asset(partitions_def=shop_days)
def receipts(context: hw.AssetExecutionContext) -> list[int]:
    """What was sold in a shop on a day, in cents."""
    where = context.multi_partition_key.keys_by_dimension  # {"day": "2024-05-01", "shop": "oslo"}
    context.log.info("reading the till of %s on %s", where["shop"], where["day"])
    till = random.Random(context.partition_key)
    return [till.randint(100, 9_900) for _ in range(20)]


@hw.asset(partitions_def=days)
def revenue(receipts: dict[str, list[int]]) -> int:
    """The revenue of a day: of all shops, because their receipts have the day as one of their dimensions."""
    return sum(sum(of_shop) for of_shop in receipts.values())


@hw.asset(partitions_def=days, ins={"balance": hw.AssetIn(partition_mapping=yesterday)})
def balance(revenue: int, balance: int | None) -> int:
    """The balance in the evening: that of the day before, and the revenue of the day."""
    return (balance or 0) + revenue


@hw.asset(partitions_def=days, backfill_policy=hw.BackfillPolicy.single_run())
def weather(context: hw.AssetExecutionContext) -> dict[str, str]:
    """The weather of all days of the run, fetched at once."""
    first, last = context.partition_time_window
    context.log.info("asking for the weather from %s to %s", first.date(), last.date())
    return {day: "sun" if int(day[-1]) % 2 else "rain" for day in context.partition_keys}


@hw.asset(ins={"revenue": hw.AssetIn(metadata={"allow_missing_partitions": True})})
def best_day(revenue: dict[str, int]) -> str:
    """The day on which most was sold, of those that are there."""
    return max(revenue, key=lambda day: revenue[day])


@hw.asset(partitions_def=customers)
def invoice(context: hw.AssetExecutionContext) -> str:
    """The invoice of a customer. Customers come and go without a change of this code."""
    return f"Dear {context.partition_key}, please pay."


every_day = hw.define_asset_job("every_day", selection=[revenue, balance], partitions_def=days)

defs = hw.Definitions(
    assets=[receipts, revenue, balance, weather, best_day, invoice],
    jobs=[every_day],
    schedules=[hw.build_schedule_from_partitioned_job(every_day, hour_of_day=3)],
)
