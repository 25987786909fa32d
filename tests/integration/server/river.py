"""A small project whose assets go well, fail and lie behind each other."""

from __future__ import annotations

import base64

import headwater as hw

DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR42mNkaGD4z4AFMGETHLQSADnCAQ9XxnDoAAAAAElFTkSuQmCC"
)
PICTURE = f"![levels](data:image/png;base64,{DOT})"
TABLE = "| day | level |\n| --- | ---: |\n| Monday | **212** |\n| Tuesday | 215 |"

assert base64.b64decode(DOT).startswith(b"\x89PNG")


class GaugeBroken(Exception):
    """What the river's gauge does now and then."""


class Weather(hw.Config):
    """Whether the gauge works today."""

    broken: bool = False


@hw.asset(key_prefix="river", group_name="gauge", kinds={"csv"}, owners=["team:water"])
def levels(context: hw.AssetExecutionContext) -> list[int]:
    """What the gauge read this week, in **centimetres**."""
    context.log.info("reading the gauge at the mill")
    week = [212, 215, 231, 260, 244, 228, 219]
    context.add_output_metadata(
        {
            "rows": len(week),
            "mean": sum(week) / len(week),
            "preview": hw.MetadataValue.md(TABLE),
            "plot": hw.MetadataValue.md(PICTURE),
            "source": hw.MetadataValue.path("/data/river/levels.csv"),
            "manual": hw.MetadataValue.url("https://example.org/gauge"),
        }
    )
    return week


@hw.asset(key_prefix="river", group_name="warning")
def high_water(context: hw.AssetExecutionContext, levels: list[int]) -> dict[int, int]:
    """The days above the mark."""
    high = {day: level for day, level in enumerate(levels) if level > 225}
    records = [hw.TableRecord({"day": day, "level": level}) for day, level in high.items()]
    context.add_output_metadata({"days": hw.MetadataValue.table(records)})
    return high


@hw.asset(key_prefix="river", group_name="warning")
def siren(config: Weather, high_water: dict[int, int]) -> int:
    """How often the siren was to sound."""
    if config.broken:
        raise_alarm(high_water)
    return len(high_water)


@hw.asset(key_prefix="river", group_name="warning", deps=[siren])
def report() -> None:
    """Comes after the siren."""


def raise_alarm(high_water: dict[int, int]) -> None:
    """Fails as user code does: an error of its own, for another one behind it."""
    try:
        high_water[7]
    except KeyError as missing:
        raise GaugeBroken("the gauge said nothing on the 7th day") from missing


ASSETS = [levels, high_water, siren, report]
everything = hw.define_asset_job("everything", selection=hw.AssetSelection.all())
DEFS = hw.Definitions(
    assets=ASSETS,
    jobs=[everything],
    schedules=[hw.ScheduleDefinition(job=everything, cron_schedule="30 6 * * *")],
)


def flow(instance: hw.DagsterInstance, *, broken: bool = False) -> str:
    """Run everything; the id of the run."""
    config = {"ops": {"river__siren": {"config": {"broken": broken}}}}
    job = DEFS.get_job_def("everything")
    return str(job.execute_in_process(instance=instance, run_config=config, raise_on_error=False).run_id)
