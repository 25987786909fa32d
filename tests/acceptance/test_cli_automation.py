"""Schedules and sensors, from the shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.shell import Shell

AUTOMATIONS = """
    import datetime

    import headwater as hw

    @hw.asset
    def rain() -> int:
        return 1

    @hw.asset(
        deps=[rain],
        automation_condition=hw.AutomationCondition.eager(),
        freshness_policy=hw.FreshnessPolicy.time_window(datetime.timedelta(hours=1)),
    )
    def snow() -> int:
        return 2

    report = hw.define_asset_job("report", selection="rain")

    nightly = hw.ScheduleDefinition(
        "nightly", job=report, cron_schedule="0 2 * * *", execution_timezone="Europe/Berlin",
        default_status=hw.DefaultScheduleStatus.RUNNING,
    )

    @hw.schedule(cron_schedule="@hourly", job=report)
    def hourly():
        return hw.SkipReason("not today")

    @hw.sensor(job=report, minimum_interval_seconds=5)
    def gauge(context):
        context.update_cursor("42")
        return hw.RunRequest(run_key="flood")

    @hw.sensor(job=report)
    def broken(context):
        raise ValueError("the gauge is gone")

    defs = hw.Definitions(assets=[rain, snow], jobs=[report], schedules=[nightly, hourly], sensors=[gauge, broken])
"""


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("automation"), {"definitions.py": AUTOMATIONS})


def test_schedules_are_listed_with_their_times(shell: Shell) -> None:
    rows = [line.split() for line in shell.says("schedule", "list").splitlines()]
    assert rows[0] == ["SCHEDULE", "STATE", "WHEN", "NEXT", "RUNS"]
    assert rows[1][:2] == ["nightly", "on"]
    assert rows[1][-1] == "report"
    assert rows[2][:2] == ["hourly", "off"]
    (first, _) = shell.json("schedule", "list")
    assert first["running"] is True
    assert first["next_at"] is not None


def test_a_preview_tells_and_records_nothing(shell: Shell) -> None:
    assert shell.says("schedule", "preview", "hourly") == "Would run nothing: not today\n"
    assert shell.says("schedule", "preview", "nightly") == "Would run report\n"
    assert shell.says("sensor", "preview", "gauge") == "Would run report flood\nWould leave the cursor 42\n"
    assert shell.json("sensor", "preview", "gauge")["result"]["cursor"] == "42"
    assert "the gauge is gone" in shell.fails("sensor", "preview", "broken")
    assert shell.says("sensor", "ticks", "gauge") == ""
    assert shell.json("sensor", "ticks", "gauge") == []


def test_one_is_switched_on_and_off(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {"definitions.py": AUTOMATIONS})
    assert "hourly is on" in shell.says("schedule", "start", "hourly")
    assert [each["running"] for each in shell.json("schedule", "list")] == [True, True]
    assert shell.says("schedule", "stop", "nightly") == "nightly is off.\n"
    shell.says("schedule", "stop", "hourly")
    assert [each["running"] for each in shell.json("schedule", "list")] == [False, False]
    shell.says("sensor", "start", "gauge")
    assert [each["running"] for each in shell.json("sensor", "list")] == [True, False, False]


def test_a_run_is_queued_for_who_carries_it_out(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {"definitions.py": AUTOMATIONS})
    assert "Queued run" in shell.says("run", "launch", "--select", "rain", "--tags", '{"why": "by hand"}')
    run_id = shell.json("run", "launch", "-j", "report")["run_id"]
    runs = shell.json("run", "list", "--status", "queued")
    assert [(each["run_id"] == run_id, each["job"]) for each in runs] == [
        (True, "report"),
        (False, "__ASSET_JOB"),
    ]
    assert "nowhere" in shell.fails("run", "launch", "-j", "nowhere")
    assert "--select" in shell.fails("run", "launch")


def test_a_name_that_is_not_there_is_told_with_those_that_are(shell: Shell) -> None:
    assert 'There is no schedule "gauge". There are: nightly, hourly.' in shell.fails(
        "schedule", "start", "gauge"
    )


def test_the_reason_why_an_asset_is_not_made_is_shown(shell: Shell) -> None:
    shown = shell.says("asset", "show", "snow")
    assert "Freshness: unknown" in shown
    assert "Made by itself: eager" in shown
    assert "headwater sensor start default_automation_condition_sensor" in shown
    preview = shell.says("sensor", "preview", "default_automation_condition_sensor")
    assert "Nothing is to be made by 1 condition." in preview
