"""Readings arrive as files: a sensor takes them in, a schedule reports on them, another sensor tells of failures."""

from collections.abc import Iterator
from pathlib import Path

import headwater as hw

INBOX = Path("inbox")


class Arrived(hw.Config):
    file: str


@hw.asset
def readings(config: Arrived) -> list[int]:
    """The levels in the file that has arrived."""
    return [int(line) for line in (INBOX / config.file).read_text().split()]


@hw.asset
def report(readings: list[int]) -> str:
    """What the mayor reads in the morning."""
    return f"{len(readings)} readings, the highest {max(readings)} cm"


take_in = hw.define_asset_job("take_in", selection="readings")
write_report = hw.define_asset_job("write_report", selection="report")


@hw.sensor(job=take_in, minimum_interval_seconds=2, default_status=hw.DefaultSensorStatus.RUNNING)
def new_files(context: hw.SensorEvaluationContext) -> Iterator[hw.RunRequest]:
    """Each file once: its name is the key of its run, the newest name is where to go on."""
    names = sorted(path.name for path in INBOX.glob("*.txt"))
    for name in [each for each in names if each > (context.cursor or "")]:
        config = hw.RunConfig(ops={"readings": Arrived(file=name)})
        yield hw.RunRequest(run_key=name, run_config=config, tags={"file": name})
        context.update_cursor(name)


every_morning = hw.ScheduleDefinition(
    "every_morning", job=write_report, cron_schedule="30 6 * * *", execution_timezone="Europe/Berlin"
)


@hw.schedule(job=write_report, cron_schedule=["0 9-17 * * 1-5", "0 12 * * 6"])
def while_open(context: hw.ScheduleEvaluationContext) -> hw.RunRequest | hw.SkipReason:
    """Each hour while the town hall is open, if there is anything to report."""
    if not any(INBOX.glob("*.txt")):
        return hw.SkipReason("Nothing has arrived yet.")
    hour = context.scheduled_execution_time.strftime("%Y-%m-%d %H:00")
    return hw.RunRequest(run_key=hour, tags={"hour": hour})


@hw.asset_sensor(asset_key=hw.AssetKey("readings"), job=write_report)
def after_readings(context: hw.SensorEvaluationContext, event: hw.EventLogEntry) -> hw.RunRequest:
    """Report as soon as there are new readings."""
    return hw.RunRequest(run_key=context.cursor)


@hw.run_failure_sensor(default_status=hw.DefaultSensorStatus.RUNNING, minimum_interval_seconds=2)
def alarm(context: hw.RunFailureSensorContext) -> None:
    """Note each failure where somebody looks."""
    with Path("alarms.txt").open("a") as file:
        file.write(f"{context.dagster_run.job_name}: {context.failure_event.message}\n")


defs = hw.Definitions(
    assets=[readings, report],
    jobs=[take_in, write_report],
    schedules=[every_morning, while_open],
    sensors=[new_files, after_readings, alarm],
)
