"""How partitions stand is kept with the events, in every storage alike."""

from __future__ import annotations

import pytest

from headwater.model.event import (
    AssetMaterialization,
    AssetPlannedData,
    Event,
    EventKind,
    StepMaterializationData,
)
from headwater.model.key import AssetKey
from headwater.model.partition_status import AssetPartitionStatus, PartitionCounts
from headwater.model.run import DagsterRun
from headwater.ports.storage import Storage

_SALES = AssetKey(["shop", "sales"])
_MADE, _FAILED, _BEGUN = (
    AssetPartitionStatus.MATERIALIZED,
    AssetPartitionStatus.FAILED,
    AssetPartitionStatus.IN_PROGRESS,
)


def _plan(run_id: str, *partitions: str | None) -> list[Event]:
    return [
        Event(
            kind=EventKind.ASSET_MATERIALIZATION_PLANNED,
            run_id=run_id,
            data=AssetPlannedData(asset_key=_SALES, partition=partition),
        )
        for partition in partitions
    ]


def _made(run_id: str, partition: str | None) -> Event:
    return Event(
        kind=EventKind.ASSET_MATERIALIZATION,
        run_id=run_id,
        data=StepMaterializationData(materialization=AssetMaterialization(_SALES, partition=partition)),
    )


def _end(run_id: str, kind: EventKind) -> Event:
    return Event(kind=kind, run_id=run_id)


def _counts(storage: Storage) -> tuple[int, int, int]:
    found = storage.partition_status.counts([_SALES])[_SALES]
    return found.materialized, found.failed, found.in_progress


@pytest.fixture
def begun(storage: Storage) -> Storage:
    """A storage in which a run is going to make three partitions, and has made one."""
    storage.runs.add(DagsterRun(run_id="r1", job_name="daily"))
    storage.event_log.append([_end("r1", EventKind.RUN_START), *_plan("r1", "a", "b", "c")])
    storage.event_log.append([_made("r1", "b")])
    return storage


def test_a_run_at_work_makes_its_partitions_in_progress(begun: Storage) -> None:
    assert _counts(begun) == (1, 0, 2)
    assert begun.partition_status.statuses(_SALES, ["a", "b", "x"]) == {"a": _BEGUN, "b": _MADE}
    assert begun.partition_status.runs(_SALES, ["a", "b"]) == {"a": "r1"}
    assert begun.event_log.count_materialized_partitions(_SALES) == 1
    assert begun.event_log.materialized_partitions(_SALES) == ["b"]


def test_a_failed_run_leaves_failed_partitions(begun: Storage) -> None:
    begun.event_log.append([_end("r1", EventKind.RUN_FAILURE)])
    assert _counts(begun) == (1, 2, 0)
    assert begun.partition_status.page(_SALES, _FAILED) == ["a", "c"]
    assert begun.partition_status.page(_SALES, _FAILED, after="a", limit=5) == ["c"]
    assert begun.partition_status.page(_SALES, _FAILED, limit=1) == ["a"]
    assert begun.partition_status.runs(_SALES, ["a"]) == {"a": "r1"}


@pytest.mark.parametrize("end", [EventKind.RUN_CANCELED, EventKind.RUN_SUCCESS])
def test_what_a_run_left_out_stands_as_it_was(begun: Storage, end: EventKind) -> None:
    begun.event_log.append([_made("", "c"), *_plan("r1", "c")])
    begun.event_log.append([_end("r1", end)])
    assert _counts(begun) == (2, 0, 0)
    assert begun.partition_status.statuses(_SALES, ["a", "b", "c"]) == {"b": _MADE, "c": _MADE}


def test_a_failure_counts_over_an_earlier_success_and_a_success_over_the_failure(begun: Storage) -> None:
    begun.event_log.append([_end("r1", EventKind.RUN_SUCCESS)])
    begun.runs.add(DagsterRun(run_id="r2", job_name="daily"))
    begun.event_log.append([*_plan("r2", "b"), _end("r2", EventKind.RUN_FAILURE)])
    assert _counts(begun) == (0, 1, 0)
    assert begun.event_log.count_materialized_partitions(_SALES) == 1
    begun.event_log.append([_made("", "b")])
    assert _counts(begun) == (1, 0, 0)


def test_what_an_unknown_or_ended_run_plans_is_not_waited_for(storage: Storage) -> None:
    storage.runs.add(DagsterRun(run_id="over", job_name="daily"))
    storage.event_log.append(
        [_end("over", EventKind.RUN_SUCCESS), *_plan("over", "a"), *_plan("nobody", "b")]
    )
    assert _counts(storage) == (0, 0, 0)


def test_a_deleted_run_makes_nothing_more(begun: Storage) -> None:
    begun.runs.delete("r1")
    assert _counts(begun) == (1, 0, 0)


def test_a_wipe_forgets(begun: Storage) -> None:
    cursor = begun.partition_status.changes(_SALES).cursor
    begun.event_log.wipe_asset(_SALES, ["b"])
    assert _counts(begun) == (0, 0, 2)
    changes = begun.partition_status.changes(_SALES, cursor)
    assert changes.is_anew
    assert sorted(changes.changed, key=str) == [("a", _BEGUN), ("c", _BEGUN)]
    begun.event_log.wipe_asset(_SALES)
    assert _counts(begun) == (0, 0, 0)


def test_changes_are_told_once(begun: Storage) -> None:
    first = begun.partition_status.changes(_SALES)
    assert first.is_anew
    assert dict(first.changed) == {"a": _BEGUN, "b": _MADE, "c": _BEGUN}
    begun.event_log.append([_made("r1", "a"), _end("r1", EventKind.RUN_CANCELED)])
    then = begun.partition_status.changes(_SALES, first.cursor)
    assert not then.is_anew
    assert dict(then.changed) == {"a": _MADE, "c": None}
    assert begun.partition_status.changes(_SALES, then.cursor).changed == []


def test_an_asset_without_partitions_has_no_counts(storage: Storage) -> None:
    storage.runs.add(DagsterRun(run_id="r1", job_name="daily"))
    storage.event_log.append([*_plan("r1", None), _made("r1", None), _end("r1", EventKind.RUN_SUCCESS)])
    assert storage.partition_status.counts([_SALES]) == {_SALES: PartitionCounts()}
    assert PartitionCounts(materialized=2, failed=1).missing_of(10) == 7
