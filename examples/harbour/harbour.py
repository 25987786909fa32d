"""Assets that are made by themselves: when something above them is new, by the clock, with checks on their age."""

import datetime

import headwater as hw

HOUR = datetime.timedelta(hours=1)
DAYS = hw.DailyPartitionsDefinition("2024-05-01")


@hw.asset(freshness_policy=hw.FreshnessPolicy.time_window(fail_window=6 * HOUR, warn_window=2 * HOUR))
def arrivals() -> list[str]:
    """The ships that came in. Something else asks for it."""
    return ["Rosalie", "Nordstern"]


@hw.asset(automation_condition=hw.AutomationCondition.eager())
def berths(arrivals: list[str]) -> dict[str, int]:
    """Made whenever the arrivals are new."""
    return {ship: number for number, ship in enumerate(arrivals, start=1)}


@hw.asset(
    deps=[berths],
    automation_condition=hw.AutomationCondition.on_cron("0 6 * * *", cron_timezone="Europe/Berlin"),
    freshness_policy=hw.FreshnessPolicy.cron(
        "0 9 * * *", lower_bound_delta=4 * HOUR, timezone="Europe/Berlin"
    ),
)
def morning_list() -> str:
    """Made after six, as soon as the berths were made since then."""
    return "Good morning."


calm = (
    hw.AutomationCondition.eager()
    .without(~hw.AutomationCondition.any_deps_missing())
    .ignore(hw.AssetSelection.assets("arrivals"))
    & ~hw.AutomationCondition.execution_failed()
).with_label("calm")


@hw.asset(deps=[berths, arrivals], automation_condition=calm)
def sign() -> str:
    """Made when the berths are new, and not again after a failure."""
    return "Welcome."


@hw.asset(partitions_def=DAYS, automation_condition=hw.AutomationCondition.on_missing())
def logbook(context: hw.AssetExecutionContext) -> str:
    """Each new day comes by itself."""
    return f"The log of {context.partition_key}"


age = hw.build_last_update_freshness_checks(assets=[arrivals], lower_bound_delta=6 * HOUR)
look_at_age = hw.build_sensor_for_freshness_checks(freshness_checks=age)

often = hw.AutomationConditionSensorDefinition(
    "often",
    target=hw.AssetSelection.assets("berths", "sign"),
    minimum_interval_seconds=5,
    default_status=hw.DefaultSensorStatus.RUNNING,
)

defs = hw.Definitions(
    assets=[arrivals, berths, morning_list, sign, logbook],
    asset_checks=age,
    sensors=[often, look_at_age],
)
