"""Several processes on one history: each sees what the others wrote, and nobody gets in the way."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.model.event import EventRecordsFilter
from tests.contracts.story import line, messages
from tests.faults import storage_writer
from tests.faults.storage_writer import EVENTS_PER_BATCH

pytestmark = pytest.mark.faults


def start_writer(folder: Path, run_id: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, storage_writer.__file__, str(folder), run_id, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_which_make_the_history_together(tmp_path: Path) -> None:
    """Three begin at once, in a folder where there is nothing yet."""
    writers = [start_writer(tmp_path, f"run_{number}", 30) for number in range(3)]
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    with contextlib.closing(open_storage(tmp_path)) as storage:
        assert storage.event_log.size() == 3 * (1 + 30 * EVENTS_PER_BATCH)
        order = [record.event for record in storage.event_log.find(EventRecordsFilter(), ascending=True)]
        steps = [(event.run_id, event.step_key) for event in order if event.step_key]
        batches = [
            steps[start : start + EVENTS_PER_BATCH] for start in range(0, len(steps), EVENTS_PER_BATCH)
        ]
        lone = [(event.run_id, None) for event in order if not event.step_key]
        assert len(lone) == 3
        assert all(len(set(batch)) == 1 for batch in batches)  # no batch is mixed with another


def test_a_reader_follows_a_writer_of_another_process(tmp_path: Path) -> None:
    with contextlib.closing(open_storage(tmp_path)) as storage:
        seen = 0
        with start_writer(tmp_path, "theirs", 25) as writer:
            assert writer.stdout is not None
            for said in writer.stdout:
                batches = int(said) + 1
                seen = len(storage.event_log.run_events("theirs")) - 1
                assert seen >= batches * EVENTS_PER_BATCH
                assert seen % EVENTS_PER_BATCH == 0
        assert writer.returncode == 0
        assert seen == 25 * EVENTS_PER_BATCH


def test_two_storages_on_one_file_in_one_process(tmp_path: Path) -> None:
    with (
        contextlib.closing(open_storage(tmp_path)) as one,
        contextlib.closing(open_storage(tmp_path)) as other,
    ):
        assert one.event_log.append([line("a")]) == 1
        assert other.event_log.append([line("b")]) == 2
        assert one.event_log.append([line("c")]) == 3
        assert messages(other.event_log.run_events("r1")) == ["a", "b", "c"]
