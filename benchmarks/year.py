"""Does a year wear it out: an hourly job of 30 assets in virtual time, with retention, in memory and in SQLite?

``python -m benchmarks.year [HOURS] [partitioned]``; without a number a year has 8,760 of them. Of a partitioned asset the
newest event of each partition is kept for ever, so that history grows with the partitions.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from benchmarks.replay import BEGINNING, HOUR_SECONDS, Replay
from headwater.adapters.memory.storage import MemoryStorage
from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.model.run import DagsterRunStatus
from headwater.model.tick import AutomationId, AutomationKind, Tick, TickStatus
from headwater.ports.schedule_store import RunToQueue
from headwater.ports.storage import Storage
from headwater.services.retention import Retention, RetentionLimits
from tests.contracts.turned_clock import TurnedClock

HOURS = 8_760
KEPT_DAYS = 30.0
_HOURLY = AutomationId("here", "hourly")


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """How it stood at a moment of the year: memory of this process and size of the history in bytes, runs kept."""

    hour: int
    memory_bytes: int
    history_bytes: int
    runs: int


def live(
    storage: Storage,
    clock: TurnedClock,
    hours: int,
    history_bytes: Callable[[], int],
    *,
    kept_days: float = KEPT_DAYS,
    looks: int = 12,
    replay: Replay,
) -> Iterator[Passed]:
    """Let a schedule tick, its run happen and retention look, every hour; how it stands, so many times.

    Runs, ticks and events older than ``kept_days`` go.
    """
    retention = Retention(
        runs=storage.runs,
        schedules=storage.schedules,
        clock=clock,
        delete_run=storage.runs.delete,
        limits=RetentionLimits(runs_days=kept_days, ticks_days=kept_days, skipped_ticks_days=7),
    )
    for hour in range(hours):
        clock.at = BEGINNING + hour * HOUR_SECONDS
        run, events = replay.run(hour)
        tick = Tick(
            automation=_HOURLY,
            kind=AutomationKind.SCHEDULE,
            due_at=clock.at,
            started_at=clock.at,
            ended_at=clock.at,
            status=TickStatus.SUCCESS,
        )
        queued = msgspec.structs.replace(run, status=DagsterRunStatus.QUEUED)
        storage.schedules.record_tick(tick, [RunToQueue(None, queued)])
        storage.event_log.append(events)
        while retention.step() - clock.now() < HOUR_SECONDS:
            pass
        if (hour + 1) % (hours // looks) == 0:
            gc.collect()
            yield Passed(
                hour=hour + 1,
                memory_bytes=memory_bytes(),
                history_bytes=history_bytes(),
                runs=storage.runs.count(),
            )


def memory_bytes() -> int:
    """What this process holds."""
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return int(line.split()[1]) * 1024


def main(hours: int = HOURS, *, partitioned: bool = False) -> None:
    """Live a year in each."""
    clock, replay = TurnedClock(BEGINNING), Replay(partitioned=partitioned)
    tell("memory", live(MemoryStorage(clock), clock, hours, lambda: 0, replay=replay))
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.closing(open_storage(folder, clock=clock)) as storage,
    ):
        tell("SQLite", live(storage, clock, hours, lambda: size_of(folder), replay=replay))


def size_of(folder: str) -> int:
    """How many bytes the files in a folder have."""
    return sum(path.stat().st_size for path in Path(folder).iterdir())


def tell(name: str, year: Iterator[Passed]) -> None:
    """Show how it went."""
    print(f"{name}: hour, memory of the process, history, runs kept")
    for each in year:
        print(
            f"  {each.hour:6,} {each.memory_bytes / 1e6:8.1f} MB {each.history_bytes / 1e6:8.1f} MB {each.runs:6,}",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, filter(str.isdigit, sys.argv[1:])), partitioned="partitioned" in sys.argv)
