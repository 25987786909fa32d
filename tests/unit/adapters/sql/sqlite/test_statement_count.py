"""What partitions cost those who have none: not one statement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from headwater.adapters.sql.sqlite.storage import SqliteStorage, open_storage
from headwater.model.event import AssetPlannedData, Event, EventKind
from headwater.model.key import AssetKey
from tests.contracts.story import add_run, event, made


def _run(partition: str | None) -> list[list[Event]]:
    """The batches of a run of one asset."""
    planned = AssetPlannedData(asset_key=AssetKey("x"), partition=partition)
    return [
        [
            event(EventKind.RUN_START, "r"),
            Event(kind=EventKind.ASSET_MATERIALIZATION_PLANNED, run_id="r", data=planned),
        ],
        [made("x", "r", partition=partition)],
        [event(EventKind.RUN_SUCCESS, "r")],
    ]


def _statements(storage: SqliteStorage, batches: Sequence[Sequence[Event]]) -> list[str]:
    """What is written when a run is recorded."""
    add_run(storage, "r")
    storage.event_log.append([])
    handle = storage.database.writer._handle
    assert handle is not None
    written: list[str] = []
    handle.set_trace_callback(written.append)
    for batch in batches:
        storage.event_log.append(batch)
    handle.set_trace_callback(None)
    return [each for each in written if not each.startswith(("BEGIN", "COMMIT", "--"))]


@pytest.mark.parametrize(("partition", "said"), [(None, 0), ("p", 8)])
def test_only_who_has_partitions_pays_for_them(tmp_path: Path, partition: str | None, said: int) -> None:
    storage = open_storage(tmp_path)
    written = _statements(storage, _run(partition))
    about = [each for each in written if "asset_partition" in each or "makes_partitions = 1" in each]
    assert len([each for each in about if "INSERT INTO events" not in each]) == said, about
    storage.close()
