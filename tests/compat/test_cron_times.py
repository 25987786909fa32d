"""A schedule is due when Dagster's is, on the days on which clocks are turned in three zones too."""

from __future__ import annotations

import datetime
import itertools
import json
import subprocess
from pathlib import Path

import pytest

from headwater.planning.schedule_time import times_after
from tests.compat.oracle import ORACLES

pytestmark = pytest.mark.oracle

# The day before the clock goes forward, and the one before it goes back. On Lord Howe it is turned by half an hour.
DAYS = [
    ("Europe/Berlin", "2024-03-30T12:00+00:00"),
    ("Europe/Berlin", "2024-10-26T12:00+00:00"),
    ("America/New_York", "2024-03-09T12:00+00:00"),
    ("America/New_York", "2024-11-02T12:00+00:00"),
    ("Australia/Lord_Howe", "2024-10-05T00:00+00:00"),
    ("Australia/Lord_Howe", "2024-04-06T00:00+00:00"),
]
ONCE = [
    "30 2 * * *", "0 2 * * *", "0 3 * * *", "30 1 * * *", "15 1,2 * * *", "0 0 * * *", "@daily", "*/20 2 * * *",
    "0 */2 * * *", "5 2 * * 0", "0 2 * * 1", "0 1-3 * * *", "45 1 31 3 *", "0 0 1 * *", "0 3 L * *", "0 2 * 3 *",
    "0 0 15 * 1", "@weekly", "@monthly", "30 2 27-31 10 *", "0 2,3 * * SUN",
]  # fmt: skip
EVERY_HOUR = ["0 * * * *", "30 * * * *", "*/15 * * * *", "@hourly", "7,37 * * * *"]

CASES = [(cron, zone, day) for zone, day in DAYS for cron in ONCE] + [
    # Dagster counts such an hour in UTC, so that in a zone which is half an hour off it is due at the wrong minute.
    (cron, zone, day) for zone, day in DAYS for cron in EVERY_HOUR if zone != "Australia/Lord_Howe"
]  # fmt: skip


def start_of(day: str) -> float:
    return datetime.datetime.fromisoformat(day).timestamp()


def test_the_same_moments_as_dagster() -> None:
    asked = json.dumps([(cron, zone, start_of(day)) for cron, zone, day in CASES])
    told = subprocess.run(
        [ORACLES["1.13"].python, Path(__file__).with_name("cron_times.py")],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = dict(zip(CASES, json.loads(told.stdout), strict=True))
    ours = {
        (cron, zone, day): list(
            itertools.islice(times_after([cron], zone, start_of(day) - 1), len(expected[cron, zone, day]))
        )
        for cron, zone, day in CASES
    }
    assert {case: ours[case] for case in CASES if ours[case] != expected[case]} == {}
    assert len(CASES) > 120
