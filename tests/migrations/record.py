"""Writes the history that a release leaves behind: ``python -m tests.migrations.record VERSION``.

Run it once for each release, with that release. The story is told through the ports, so its wording follows
them; what it says must stay, since the test knows it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import tempfile
from pathlib import Path

from headwater.adapters.sql.sqlite.storage import FILE_NAME, open_storage
from headwater.model.error_info import ErrorInfo, Frame
from headwater.model.event import (
    AssetMaterialization,
    AssetObservation,
    AssetObservationData,
    Event,
    EventKind,
    LogData,
    StepFailureData,
    StepMaterializationData,
)
from headwater.model.key import AssetKey
from headwater.model.metadata import MetadataValue
from headwater.model.run import DagsterRun
from headwater.ports.storage import Storage
from tests.contracts.turned_clock import TurnedClock

SCHEMAS = Path(__file__).with_name("schemas")
FLIGHTS = AssetKey(["raw", "flights"])


def tell_story(storage: Storage) -> None:
    """One run that succeeds, one that fails, one that waits; a value; a wiped asset."""
    config = {"ops": {"flights": {"config": {"year": 2013}}}}
    storage.runs.add(DagsterRun(run_id="good", job_name="daily", run_config=config, tags={"team": "blue"}))
    storage.runs.add(DagsterRun(run_id="bad", job_name="daily", parent_run_id="good", root_run_id="good"))
    storage.runs.add(DagsterRun(run_id="waiting", job_name="hourly", tags={"team": "red", "ü": "🌊"}))
    storage.event_log.append(_good_run())
    storage.event_log.append(_bad_run())
    storage.event_log.append([Event(kind=EventKind.RUN_ENQUEUED, run_id="waiting", timestamp=30.0)])
    storage.event_log.wipe_asset(AssetKey("forgotten"))
    storage.set_values({"cursor/sensor": "42"})


def _good_run() -> list[Event]:
    metadata = {
        "rows": 336_776,
        "preview": MetadataValue.md("| a |\n|---|"),
        "path": MetadataValue.path("/data"),
    }
    january = AssetMaterialization(
        FLIGHTS, metadata=metadata, partition="2013-01", tags={"dagster/data_version": "v1"}
    )
    source = AssetObservation(AssetKey("source"), tags={"dagster/data_version": "s1"})
    forgotten = AssetMaterialization(AssetKey("forgotten"))
    return [
        Event(kind=EventKind.RUN_START, run_id="good", timestamp=10.0),
        Event(kind=EventKind.STEP_START, run_id="good", step_key="raw__flights", timestamp=11.0),
        _line("good", "reading flüge.csv"),
        _made("good", january),
        _made("good", AssetMaterialization(FLIGHTS, partition="2013-02")),
        _made("good", forgotten),
        Event(
            kind=EventKind.ASSET_OBSERVATION,
            run_id="good",
            timestamp=12.0,
            data=AssetObservationData(asset_observation=source),
        ),
        Event(kind=EventKind.STEP_SUCCESS, run_id="good", step_key="raw__flights", timestamp=13.0),
        Event(kind=EventKind.RUN_SUCCESS, run_id="good", timestamp=14.0),
    ]


def _bad_run() -> list[Event]:
    error = ErrorInfo("ValueError", "no such month", [Frame("raw.py", 7, "flights", "raise ValueError")])
    return [
        Event(kind=EventKind.RUN_START, run_id="bad", timestamp=20.0),
        Event(kind=EventKind.STEP_START, run_id="bad", step_key="raw__flights", timestamp=21.0),
        Event(kind=EventKind.STEP_UP_FOR_RETRY, run_id="bad", step_key="raw__flights", timestamp=22.0),
        Event(kind=EventKind.STEP_RESTARTED, run_id="bad", step_key="raw__flights", timestamp=23.0),
        Event(
            kind=EventKind.STEP_FAILURE,
            run_id="bad",
            step_key="raw__flights",
            timestamp=24.0,
            data=StepFailureData(error=error),
        ),
        Event(kind=EventKind.RUN_FAILURE, run_id="bad", timestamp=25.0),
    ]


def _line(run_id: str, text: str) -> Event:
    return Event(kind=EventKind.LOG, run_id=run_id, timestamp=11.5, message=text, level=20, data=LogData())


def _made(run_id: str, said: AssetMaterialization) -> Event:
    data = StepMaterializationData(materialization=said)
    return Event(
        kind=EventKind.ASSET_MATERIALIZATION,
        run_id=run_id,
        step_key="raw__flights",
        timestamp=12.0,
        data=data,
    )


def main(version: str) -> None:
    target = SCHEMAS / f"{version}.sql"
    if target.exists():
        sys.exit(f"{target} is recorded already, and is never changed.")
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(folder, clock=TurnedClock())
        tell_story(storage)
        storage.close()
        with contextlib.closing(sqlite3.connect(Path(folder) / FILE_NAME)) as db:
            target.write_text("\n".join(db.iterdump()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
