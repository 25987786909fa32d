"""Short ways to write down what happens in a run."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from headwater.model.event import (
    AssetMaterialization,
    AssetObservation,
    AssetObservationData,
    AssetPlannedData,
    Event,
    EventKind,
    LogData,
    StepMaterializationData,
)
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun
from headwater.ports.storage import Storage

_ids = itertools.count(1)


def event(kind: EventKind, run_id: str = "r1", *, step: str | None = None, at: float = 5.0) -> Event:
    """An event without facts of its own."""
    return Event(kind=kind, run_id=run_id, step_key=step, timestamp=at, job_name="job", message=kind.value)


def line(text: str, run_id: str = "r1", *, step: str | None = None) -> Event:
    """A log line of user code."""
    data = LogData(logger="mine")
    return Event(
        kind=EventKind.LOG, run_id=run_id, step_key=step, timestamp=5.0, message=text, level=20, data=data
    )


def made(
    key: str, run_id: str = "r1", *, partition: str | None = None, at: float = 5.0, **tags: str
) -> Event:
    """An asset was materialised."""
    said = AssetMaterialization(AssetKey(key), partition=partition, tags=tags, metadata={"rows": 3})
    data = StepMaterializationData(materialization=said)
    return Event(kind=EventKind.ASSET_MATERIALIZATION, run_id=run_id, step_key=key, timestamp=at, data=data)


def seen(key: str, run_id: str = "r1", *, partition: str | None = None, **tags: str) -> Event:
    """An asset was observed."""
    data = AssetObservationData(
        asset_observation=AssetObservation(AssetKey(key), partition=partition, tags=tags)
    )
    return Event(kind=EventKind.ASSET_OBSERVATION, run_id=run_id, timestamp=5.0, data=data)


def planned(key: str, run_id: str = "r1", *, partition: str | None = None) -> Event:
    """An asset is going to be materialised."""
    data = AssetPlannedData(asset_key=AssetKey(key), partition=partition)
    return Event(kind=EventKind.ASSET_MATERIALIZATION_PLANNED, run_id=run_id, timestamp=5.0, data=data)


def add_run(storage: Storage, run_id: str = "r1", *, job: str = "job", **tags: str) -> str:
    """Record a run; its id."""
    storage.runs.add(DagsterRun(run_id=run_id, job_name=job, tags=tags))
    return run_id


def status_of(storage: Storage, run_id: str = "r1") -> str:
    """The status of a run."""
    record = storage.runs.get(run_id)
    assert record is not None
    return record.dagster_run.status.value


def messages(records: Iterable[object]) -> list[str]:
    """What the records' events say."""
    return [record.event.message for record in records]  # type: ignore[attr-defined]
