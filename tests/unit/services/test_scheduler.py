"""Schedules over virtual days: when they tick, what is made up for, and that nothing is launched twice."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

import headwater as hw
from headwater.model.manifest import Manifest, ScheduleNode
from headwater.model.run import DagsterRunStatus
from headwater.model.run_request import TickResult
from headwater.model.tick import AutomationId, TickStatus
from headwater.planning.schedule_policy import CATCH_UP_TAG, JITTER_TAG
from headwater.services.automation_state import switch
from tests.unit.services.told_host import HERE, Bench, wants

HOURLY = ScheduleNode(
    name="hourly", cron_schedules=["0 * * * *"], job_name="report", default_status="RUNNING"
)
ID = AutomationId(HERE, "hourly")
HOUR = 3600.0


def due(bench: Bench) -> list[float]:
    return [each.due_at for each in reversed(bench.storage.schedules.ticks(ID))]


def test_a_day_of_an_hourly_schedule_has_24_runs() -> None:
    bench = Bench(schedules=[HOURLY], result=wants(None), at=100.0)
    bench.run_until(bench.scheduler(), 100.0 + 24 * HOUR)
    assert due(bench) == [HOUR * (number + 1) for number in range(24)]
    runs = bench.storage.runs.find()
    assert len(runs) == 24
    assert {(each.dagster_run.job_name, each.dagster_run.status) for each in runs} == {
        ("report", DagsterRunStatus.QUEUED)
    }
    assert bench.submitted == 24


def test_it_names_the_moment_at_which_it_wants_to_be_called() -> None:
    bench = Bench(schedules=[HOURLY], result=wants(None), at=HOUR - 4.0)
    assert bench.scheduler().step() == HOUR


def test_two_schedulers_over_one_history_tick_once() -> None:
    bench = Bench(schedules=[HOURLY], at=0.5)
    one, two = bench.scheduler(), bench.scheduler()
    for each in (one, two):
        each.step()
    bench.clock.at = HOUR
    for each in (one, two):
        each.step()
    assert len(bench.host.asked) == 2
    for _ in range(2):
        bench.host.answer(wants(None))
    one.step()
    two.step()
    assert due(bench) == [HOUR]
    assert bench.storage.runs.count() == 1


def test_what_was_missed_is_made_up_for_within_limits() -> None:
    bench = Bench(schedules=[HOURLY], result=wants(None), at=0.5)
    bench.run_until(bench.scheduler(), 2 * HOUR)
    bench.clock.at = 12.5 * HOUR  # the machine was off
    bench.run_until(bench.scheduler(), 12.6 * HOUR)
    assert due(bench) == [HOUR * each for each in (1, 2, 8, 9, 10, 11, 12)]


def test_changed_times_make_up_for_nothing() -> None:
    bench = Bench(schedules=[HOURLY], result=wants(None), at=0.5)
    bench.run_until(bench.scheduler(), 2.5 * HOUR)
    changed = ScheduleNode(
        name="hourly", cron_schedules=["*/10 * * * *"], job_name="report", default_status="RUNNING"
    )
    bench.host.manifest = Manifest(schedules=[changed])
    bench.run_until(bench.scheduler(), 2.5 * HOUR + 601)
    assert due(bench) == [HOUR, 2 * HOUR, 2.5 * HOUR + 600]


def test_several_expressions_tick_once_where_they_meet() -> None:
    both = ScheduleNode(
        name="hourly", cron_schedules=["0 * * * *", "0 */2 * * *"], job_name="j", default_status="RUNNING"
    )
    bench = Bench(schedules=[both], result=wants(None), at=0.5)
    bench.run_until(bench.scheduler(), 4 * HOUR)
    assert due(bench) == [HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR]


def test_switched_off_it_rests_and_counts_anew_when_switched_on() -> None:
    bench = Bench(schedules=[HOURLY], result=wants(None), at=0.5)
    scheduler = bench.scheduler()
    bench.run_until(scheduler, HOUR)
    switch(bench.storage.schedules, ID, HOURLY, False, bench.clock.now())
    bench.run_until(scheduler, 5.5 * HOUR)
    assert due(bench) == [HOUR]
    switch(bench.storage.schedules, ID, HOURLY, True, bench.clock.now())
    bench.run_until(scheduler, 6 * HOUR)
    assert due(bench) == [HOUR, 6 * HOUR]


def test_a_failure_is_tried_again_and_then_stands() -> None:
    bench = Bench(schedules=[HOURLY], at=0.5)
    scheduler = bench.scheduler()
    scheduler.step()
    bench.clock.at = HOUR
    for attempt in range(1, 4):
        scheduler.step()
        bench.host.fail("gone")
        scheduler.step()
        (tick,) = bench.storage.schedules.ticks(ID)
        assert (tick.status, tick.attempts, tick.message) == (TickStatus.FAILURE, attempt, "gone")
        bench.clock.sleep(10)
    scheduler.step()
    assert bench.host.waiting == []


def test_a_failure_that_succeeds_later_launches_its_run_once() -> None:
    bench = Bench(schedules=[HOURLY], at=0.5)
    scheduler = bench.scheduler()
    scheduler.step()
    bench.clock.at = HOUR
    scheduler.step()
    bench.host.fail("gone")
    scheduler.step()
    bench.clock.sleep(10)
    scheduler.step()
    bench.host.answer(wants("k"))
    scheduler.step()
    (tick,) = bench.storage.schedules.ticks(ID)
    assert (tick.status, tick.attempts, len(tick.run_ids)) == (TickStatus.SUCCESS, 2, 1)


def test_a_reason_to_skip_is_kept() -> None:
    bench = Bench(schedules=[HOURLY], result=TickResult(skip_message="no new files"), at=0.5)
    bench.run_until(bench.scheduler(), HOUR)
    (tick,) = bench.storage.schedules.ticks(ID)
    assert (tick.status, tick.message) == (TickStatus.SKIPPED, "no new files")
    assert bench.submitted == 0


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (datetime.date(2024, 3, 31), ["01:30+0100", "03:00+0200"]),  # the clock goes forward at 2:00
        (datetime.date(2024, 10, 27), ["01:30+0200", "02:30+0100"]),  # and back at 3:00
    ],
)
def test_days_on_which_the_clock_is_turned(day: datetime.date, expected: list[str]) -> None:
    zone = ZoneInfo("Europe/Berlin")
    node = ScheduleNode(
        name="hourly",
        cron_schedules=["30 1,2 * * *"],
        job_name="j",
        timezone="Europe/Berlin",
        default_status="RUNNING",
    )
    begin = datetime.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
    bench = Bench(schedules=[node], result=wants(None), at=begin)
    bench.run_until(bench.scheduler(), begin + 12 * HOUR)
    assert [datetime.datetime.fromtimestamp(at, zone).strftime("%H:%M%z") for at in due(bench)] == expected


def test_jitter_spreads_ticks_that_stay_those_of_their_moment() -> None:
    nodes = [msgspec.structs.replace(HOURLY, name=name, tags={JITTER_TAG: "600"}) for name in ("a", "b", "c")]
    bench = Bench(schedules=nodes, result=wants(None), at=0.0)
    bench.run_until(bench.scheduler(), 3600 + 601)
    ticks = [bench.storage.schedules.ticks(AutomationId(HERE, node.name))[0] for node in nodes]
    assert [tick.due_at for tick in ticks] == [3600.0] * 3
    begun = [tick.started_at - 3600 for tick in ticks]
    assert all(0 <= late <= 600 for late in begun)
    assert len({round(late) for late in begun}) == 3


@pytest.mark.parametrize(("catch_up", "made_up"), [("0", 0), ("1", 1), ("3", 3), (None, 5)])
def test_a_schedule_says_how_many_missed_ticks_are_made_up_for(catch_up: str | None, made_up: int) -> None:
    tags = {CATCH_UP_TAG: catch_up} if catch_up is not None else {}
    bench = Bench(schedules=[msgspec.structs.replace(HOURLY, tags=tags)], result=wants(None), at=10.0)
    bench.run_until(bench.scheduler(), 20.0)
    bench.clock.at = 10 * 3600.0 + 1800  # the machine was off for ten hours
    bench.run_until(bench.scheduler(), bench.clock.at + 60)
    assert len(bench.storage.schedules.ticks(AutomationId(HERE, HOURLY.name))) == made_up
    bench.run_until(bench.scheduler(), 11 * 3600.0 + 1)
    assert len(bench.storage.schedules.ticks(AutomationId(HERE, HOURLY.name))) == made_up + 1


def test_a_tag_that_makes_no_sense_is_told_when_the_code_is_loaded() -> None:
    odd = hw.ScheduleDefinition("odd", cron_schedule="@daily", target="*", tags={JITTER_TAG: "soon"})
    with pytest.raises(hw.DagsterInvalidDefinitionError, match=r'"odd".*headwater/jitter_seconds'):
        odd.spec()
