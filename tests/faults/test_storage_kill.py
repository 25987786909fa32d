"""SIGKILL while a process appends: what was committed is there, whole, and nothing else is."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from headwater.adapters.sql.sqlite.storage import SqliteStorage, open_storage
from headwater.model.event import EventKind, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.run import StepStatus
from tests.faults import storage_writer
from tests.faults.storage_writer import EVENTS_PER_BATCH, build_batch

pytestmark = pytest.mark.faults


def kill_a_writer(*arguments: str, after_seconds: float) -> int:
    """Let a process write, kill it that long after its first commit; how many commits it has told of."""
    command = [sys.executable, storage_writer.__file__, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        time.sleep(after_seconds)  # the moment of death is what this test varies
        process.kill()
        return 1 + process.stdout.read().count("\n")


def check_history(storage: SqliteStorage, run_id: str, told: int) -> None:
    """Whole batches only, all that were told of, and the state that they make."""
    log = storage.event_log
    events = [record.event for record in log.run_events(run_id) if record.event.step_key]
    sizes = Counter(event.step_key for event in events)
    assert set(sizes.values()) == {EVENTS_PER_BATCH}
    batches = len(sizes)
    assert batches in (told, told + 1)  # the last may have been committed and not yet told
    assert [event.kind for event in events] == [event.kind for event in build_batch(run_id, 0)] * batches
    assert [state.status for state in log.step_states(run_id)] == [StepStatus.SUCCESS] * batches
    assert len(log.materialized_partitions(AssetKey(run_id))) == batches
    newest = log.latest_materialization(AssetKey(run_id))
    assert newest is not None
    assert newest.partition_key == str(batches - 1)


def check_kills(folder: Path, moments: list[float]) -> None:
    for turn, moment in enumerate(moments):
        run_id = f"run_{turn}"
        told = kill_a_writer(str(folder), run_id, after_seconds=moment)
        with contextlib.closing(open_storage(folder)) as storage:
            check_history(storage, run_id, told)
            assert storage.database.rows("PRAGMA integrity_check") == [("ok",)]
            written = storage.event_log.append(build_batch("afterwards", turn))
            newest = storage.event_log.find(EventRecordsFilter(event_type=EventKind.STEP_SUCCESS), limit=1)
            assert newest[0].storage_id == written


def check_kills_while_made(folder: Path, moments: list[float]) -> None:
    for turn, moment in enumerate(moments):
        told = kill_a_writer(str(folder / f"turn_{turn}"), after_seconds=moment)
        for number in (told - 1, told):  # the second may be half-made, or not begun
            with contextlib.closing(open_storage(folder / f"turn_{turn}" / str(number))) as storage:
                assert storage.event_log.append(build_batch("r1", 0)) == EVENTS_PER_BATCH


def moments(count: int) -> list[float]:
    """Random moments, the same each time."""
    generator = random.Random(2013)
    return [generator.uniform(0.0, 0.06) for _ in range(count)]


def test_a_killed_writer_leaves_whole_batches(tmp_path: Path) -> None:
    check_kills(tmp_path, moments(10))


def test_killed_while_the_history_is_made(tmp_path: Path) -> None:
    check_kills_while_made(tmp_path, moments(5))


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_batches_at_many_moments(tmp_path: Path) -> None:
    check_kills(tmp_path, moments(200))
    check_kills_while_made(tmp_path, moments(100))
