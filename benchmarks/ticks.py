"""How late are ticks: 500 schedules each minute and 200 sensors each 30 seconds, and what does the supervisor spend?

``python -m benchmarks.ticks [SECONDS]``; without a number it takes ten minutes. Lateness is from the moment for which a
tick is due to the moment at which its evaluation begins, and to the one at which its answer is recorded.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from headwater.hosting.code_target import CodeTarget
from headwater.instance.code_process import code_process_arguments
from headwater.instance.instance import DagsterInstance
from headwater.instance.supervisor import Supervisor
from headwater.model.tick import AutomationId, Tick, TickStatus

SECONDS = 600.0
SCHEDULES, SENSORS, INTERVAL_SECONDS = 500, 200, 30
MINUTE = 60.0
HERE = "here"
PROJECT = f"""
from headwater import *

@asset
def numbers():
    return 1

def build_schedule(number):
    @schedule(name=f"schedule_{{number}}", cron_schedule="* * * * *", target="numbers",
              default_status=DefaultScheduleStatus.RUNNING)
    def tick(context):
        return SkipReason("nothing to do")
    return tick

def build_sensor(number):
    @sensor(name=f"sensor_{{number}}", target="numbers", minimum_interval_seconds={INTERVAL_SECONDS},
            default_status=DefaultSensorStatus.RUNNING)
    def look(context):
        return SkipReason("nothing to see")
    return look

defs = Definitions(
    assets=[numbers],
    schedules=[build_schedule(number) for number in range({SCHEDULES})],
    sensors=[build_sensor(number) for number in range({SENSORS})],
)
"""


class Lateness(msgspec.Struct, frozen=True, kw_only=True):
    """How late some ticks were, in seconds, and how many were missed, doubled and failed."""

    ticks: int
    begun_median: float
    begun_p99: float
    recorded_p99: float
    missed: int
    doubled: int
    failed: int


def judge_schedules(ticks: Sequence[list[Tick]], since: float, until: float) -> Lateness:
    """Of ticks of schedules, one list each: those that were due between two moments."""
    first = int(since // MINUTE + 1) * MINUTE
    expected = {first + MINUTE * number for number in range(int((until - first) // MINUTE) + 1)}
    missed = doubled = 0
    counted: list[Tick] = []
    for each in ticks:
        due = [tick.due_at for tick in each if tick.due_at in expected]
        missed += len(expected.difference(due))
        doubled += len(due) - len(set(due))
        counted += [tick for tick in each if tick.due_at in expected]
    return _judge(counted, [tick.due_at for tick in counted], missed, doubled)


def judge_sensors(ticks: Sequence[list[Tick]], until: float) -> Lateness:
    """Of ticks of sensors, one list each, oldest first: each is due an interval after the one before was done."""
    counted: list[Tick] = []
    due: list[float] = []
    missed = 0
    for each in ticks:
        counted += each[1:]
        due += [tick.ended_at + INTERVAL_SECONDS for tick in each[:-1]]
        missed += int(not each or each[-1].ended_at + INTERVAL_SECONDS < until - 1.0)
    doubled = sum(1 for tick, at in zip(counted, due, strict=True) if tick.started_at < at - 0.001)
    return _judge(counted, due, missed, doubled)


def _judge(ticks: Sequence[Tick], due: Sequence[float], missed: int, doubled: int) -> Lateness:
    begun = sorted(tick.started_at - at for tick, at in zip(ticks, due, strict=True))
    recorded = sorted(tick.ended_at - at for tick, at in zip(ticks, due, strict=True))
    return Lateness(
        ticks=len(ticks),
        begun_median=statistics.median(begun),
        begun_p99=_p99(begun),
        recorded_p99=_p99(recorded),
        missed=missed,
        doubled=doubled,
        failed=sum(1 for tick in ticks if tick.status is TickStatus.FAILURE),
    )


def _p99(ordered: Sequence[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def measure(folder: Path, seconds: float) -> tuple[Lateness, Lateness, float]:
    """Let a supervisor work for so long: schedules, sensors, and the share of one core that its own process took."""
    (folder / "definitions.py").write_text(PROJECT)
    target = CodeTarget(python_file=folder / "definitions.py", working_directory=folder)
    home = folder / "home"
    with DagsterInstance.open(home) as instance:
        supervisor = Supervisor(instance, {HERE: code_process_arguments(home, target)})
        with supervisor:
            supervisor.wait_loaded(60.0)
            since = time.time()
            spent = time.process_time()
            time.sleep(seconds)
            share = (time.process_time() - spent) / seconds
            until = time.time()
        schedules = judge_schedules(_ticks(instance, "schedule", range(SCHEDULES)), since, until - 2.0)
        sensors = judge_sensors(_ticks(instance, "sensor", range(SENSORS)), until)
    return schedules, sensors, share


def _ticks(instance: DagsterInstance, kind: str, numbers: Iterable[int]) -> list[list[Tick]]:
    store = instance.storage.schedules
    return [store.ticks(AutomationId(HERE, f"{kind}_{number}"))[::-1] for number in numbers]


def main() -> None:
    """Measure, and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        schedules, sensors, share = measure(Path(folder), seconds)
    print(
        f"{SCHEDULES} schedules each minute, {SENSORS} sensors each {INTERVAL_SECONDS} s, for {seconds:g} s"
    )
    for name, found in (("schedules", schedules), ("sensors", sensors)):
        print(
            f"{name}: {found.ticks:,} ticks, begun {found.begun_median:.3f} s late (p99 {found.begun_p99:.3f}), "
            f"recorded p99 {found.recorded_p99:.3f} s, missed {found.missed}, doubled {found.doubled}, "
            f"failed {found.failed}"
        )
    print(f"supervisor: {share:.1%} of one core")


if __name__ == "__main__":
    main()
