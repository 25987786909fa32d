"""Runs as the history sees them: the events of one real run of 30 assets, told again for other runs and hours."""

from __future__ import annotations

import contextlib
import datetime
import io
import uuid
from collections.abc import Sequence

import msgspec

import headwater as hw
from headwater.model.event import AssetMaterialization, Event, StepMaterializationData
from headwater.model.run import DagsterRun

ASSETS = 30
HOUR_SECONDS = 3600.0
BEGINNING = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC).timestamp()


class Replay:
    """A run, as often as it is wanted: one for every hour, which makes the partition of that hour if there are any."""

    def __init__(self, *, partitioned: bool = True) -> None:
        self._events = _real_events()
        self._partitioned = partitioned

    @property
    def size(self) -> int:
        """How many events a run has."""
        return len(self._events)

    def run(self, hour: int) -> tuple[DagsterRun, Sequence[Event]]:
        """The run of an hour, with its events."""
        at = BEGINNING + hour * HOUR_SECONDS
        partition = datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d-%H:00")
        run_id = str(uuid.uuid4())
        tags = {"dagster/partition": partition} if self._partitioned else {}
        run = DagsterRun(run_id=run_id, job_name="hourly", tags=tags)
        first = self._events[0].timestamp
        made = partition if self._partitioned else None
        return run, [_moved(event, run_id, at + event.timestamp - first, made) for event in self._events]


def _real_events() -> Sequence[Event]:
    def build(number: int) -> hw.AssetsDefinition:
        @hw.asset(name=f"asset_{number}", deps=[f"asset_{number - 1}"] if number else [])
        def one(context: hw.AssetExecutionContext) -> hw.MaterializeResult[None]:
            context.log.info("so many rows")
            return hw.MaterializeResult(metadata={"rows": number, "path": f"/data/asset_{number}"})

        return one

    with hw.DagsterInstance.ephemeral() as instance, contextlib.redirect_stderr(io.StringIO()):
        result = hw.materialize([build(number) for number in range(ASSETS)], instance=instance)
        return list(instance.all_logs(result.run_id))


def _moved(event: Event, run_id: str, at: float, partition: str | None) -> Event:
    data = event.data
    if isinstance(data, StepMaterializationData):
        said = data.materialization
        moved = AssetMaterialization(
            said.asset_key, metadata=said.metadata, tags=said.tags, partition=partition
        )
        data = StepMaterializationData(materialization=moved)
    return msgspec.structs.replace(event, run_id=run_id, timestamp=at, data=data)
