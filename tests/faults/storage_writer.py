"""A process that writes history until it is killed: a program of its own, run by the tests beside it.

``storage_writer.py FOLDER RUN_ID [COUNT]`` appends batches of :data:`EVENTS_PER_BATCH` events, and says the
number of each batch once it is committed. ``storage_writer.py FOLDER`` makes one history after the other in
``FOLDER/<number>``, and says the number of each.
"""

from __future__ import annotations

import itertools
import sys

from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.model.event import AssetMaterialization, Event, EventKind, StepMaterializationData
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun

EVENTS_PER_BATCH = 5
_LONG = 6_000_000  # every tenth batch fills the write-ahead log, so that kills hit checkpoints too


def build_batch(run_id: str, number: int) -> list[Event]:
    """One step that makes one partition. Each event says which batch it belongs to."""

    def event(kind: EventKind, data: StepMaterializationData | None = None, text: str = "") -> Event:
        step_key = f"step_{number}"
        return Event(kind=kind, run_id=run_id, step_key=step_key, message=f"{number} {text}", data=data)

    said = AssetMaterialization(AssetKey(run_id), partition=str(number))
    return [
        event(EventKind.STEP_START),
        event(EventKind.LOG, text="x" * _LONG if number % 10 == 9 else "short"),
        event(EventKind.ASSET_MATERIALIZATION, StepMaterializationData(materialization=said)),
        event(EventKind.STEP_OUTPUT),
        event(EventKind.STEP_SUCCESS),
    ]


def write_batches(folder: str, run_id: str, count: str | None = None) -> None:
    storage = open_storage(folder)
    storage.runs.add(DagsterRun(run_id=run_id, job_name="job"))
    storage.event_log.append([Event(kind=EventKind.RUN_START, run_id=run_id)])
    for number in range(int(count)) if count else itertools.count():
        storage.event_log.append(build_batch(run_id, number))
        print(number, flush=True)


def make_histories(folder: str) -> None:
    for number in itertools.count():
        open_storage(f"{folder}/{number}").close()
        print(number, flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        make_histories(sys.argv[1])
    else:
        write_batches(*sys.argv[1:])
