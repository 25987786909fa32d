"""A job that runs for long: retention keeps the history as large as what is to be kept. (A year: `benchmarks.year`.)"""

from __future__ import annotations

import contextlib
from pathlib import Path

from benchmarks.replay import BEGINNING, Replay
from benchmarks.year import live
from headwater.adapters.memory.storage import MemoryStorage
from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.model.key import AssetKey
from tests.contracts.turned_clock import TurnedClock

HOURS = 72
KEPT_DAYS = 1.0


def test_the_history_in_memory_stays_as_large_as_what_is_kept() -> None:
    clock, replay = TurnedClock(BEGINNING), Replay(partitioned=False)
    storage = MemoryStorage(clock)
    sizes = [
        storage.event_log.size()
        for _ in live(storage, clock, HOURS, lambda: 0, kept_days=KEPT_DAYS, looks=3, replay=replay)
    ]
    assert sizes == [24 * replay.size, *[25 * replay.size] * 2]
    assert sum(len(numbers) for numbers in storage._history.events_of_asset.values()) <= sizes[-1]


def test_the_file_stays_as_large_as_what_is_kept(tmp_path: Path) -> None:
    clock, replay = TurnedClock(BEGINNING), Replay(partitioned=False)
    with contextlib.closing(open_storage(tmp_path, clock=clock)) as storage:
        days = list(
            live(
                storage,
                clock,
                HOURS,
                lambda: storage.database.rows("PRAGMA page_count")[0][0] * 4096,
                kept_days=KEPT_DAYS,
                looks=3,
                replay=replay,
            )
        )
        assert {day.runs for day in days[1:]} == {25}
        assert days[-1].history_bytes <= 1.1 * days[1].history_bytes
        assert storage.event_log.latest_materialization(AssetKey("asset_7")) is not None
