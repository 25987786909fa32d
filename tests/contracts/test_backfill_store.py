"""Backfills and their parts, in every storage alike: each part is begun once, whoever asks."""

from __future__ import annotations

import pytest

from headwater.model.backfill import (
    Backfill,
    BackfillLayer,
    BackfillPart,
    BackfillRequest,
    BackfillStatus,
    PartStatus,
)
from headwater.model.errors import BackfillAlreadyExists
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun, DagsterRunStatus
from headwater.ports.storage import Storage

_RUNNING = [BackfillStatus.RUNNING]


def _backfill(name: str) -> Backfill:
    return Backfill(
        backfill_id=name,
        request=BackfillRequest(assets=[AssetKey("orders")], tags={"team": "sales"}),
        layers=[BackfillLayer(assets=[AssetKey("orders")], parts=3, partitions=7)],
        created_at=100.0,
    )


def _parts() -> list[BackfillPart]:
    return [
        BackfillPart(number=0, layer=0, start="a", end="a", count=1),
        BackfillPart(number=1, layer=0, start="b", end="g", count=6),
        BackfillPart(number=2, layer=1),
    ]


def _run(name: str) -> DagsterRun:
    return DagsterRun(run_id=name, job_name="__ASSET_JOB", status=DagsterRunStatus.QUEUED)


@pytest.fixture
def filled(storage: Storage) -> Storage:
    """A storage with one backfill."""
    storage.backfills.add(_backfill("b1"), _parts())
    return storage


def test_a_backfill_is_kept_with_its_parts(filled: Storage) -> None:
    found = filled.backfills.get("b1")
    assert found is not None
    assert found.request.tags == {"team": "sales"}
    assert (found.status, found.ended_at) == (BackfillStatus.RUNNING, None)
    assert filled.backfills.parts("b1") == _parts()
    assert filled.backfills.parts("b1", after=0, limit=1) == _parts()[1:2]
    assert filled.backfills.get("other") is None
    with pytest.raises(BackfillAlreadyExists):
        filled.backfills.add(_backfill("b1"), [])


def test_the_newest_come_first_page_by_page(filled: Storage) -> None:
    second = filled.backfills.add(_backfill("b2"), [])
    filled.backfills.add(_backfill("b3"), [])
    store = filled.backfills
    assert [each.backfill_id for each in store.find()] == ["b3", "b2", "b1"]
    assert [each.backfill_id for each in store.find(before=second.number)] == ["b1"]
    assert [each.backfill_id for each in store.find(limit=1, ascending=True)] == ["b1"]
    store.set_status("b2", BackfillStatus.PAUSED, where=_RUNNING)
    assert [each.backfill_id for each in store.find(statuses=[BackfillStatus.PAUSED])] == ["b2"]


def test_a_part_is_begun_once_and_with_its_run(filled: Storage) -> None:
    store = filled.backfills
    assert store.begin_part("b1", 1, _run("r1"))
    assert not store.begin_part("b1", 1, _run("r2"))
    assert filled.runs.get("r1") is not None
    assert filled.runs.get("r2") is None
    (part,) = store.parts("b1", statuses=[PartStatus.QUEUED])
    assert (part.number, part.run_id, part.attempt) == (1, "r1", 1)


def test_nothing_begins_while_a_backfill_is_paused(filled: Storage) -> None:
    assert filled.backfills.set_status("b1", BackfillStatus.PAUSED, where=_RUNNING)
    assert not filled.backfills.set_status("b1", BackfillStatus.PAUSED, where=_RUNNING)
    assert not filled.backfills.begin_part("b1", 0, _run("r1"))
    assert filled.runs.get("r1") is None


def test_counts_are_by_layer(filled: Storage) -> None:
    filled.backfills.settle_parts("b1", {0: PartStatus.SUCCESS, 2: PartStatus.BLOCKED})
    counts = filled.backfills.counts(["b1", "none"])
    assert [(each.layer, each.status.value, each.parts, each.partitions) for each in counts["b1"]] == [
        (0, "SUCCESS", 1, 1),
        (0, "WAITING", 1, 6),
        (1, "BLOCKED", 1, 0),
    ]
    assert counts["none"] == []


def test_what_is_undone_begins_again(filled: Storage) -> None:
    store = filled.backfills
    store.begin_part("b1", 0, _run("r1"))
    store.settle_parts("b1", {0: PartStatus.FAILURE, 1: PartStatus.SUCCESS, 2: PartStatus.BLOCKED})
    store.set_status("b1", BackfillStatus.FAILURE, where=_RUNNING, ended_at=200.0)

    assert store.begin_again("b1") == 2
    found = store.get("b1")
    assert found is not None
    assert (found.status, found.ended_at) == (BackfillStatus.RUNNING, None)
    assert [(part.status.value, part.run_id, part.attempt) for part in store.parts("b1")] == [
        ("WAITING", None, 1),
        ("SUCCESS", None, 0),
        ("WAITING", None, 0),
    ]
    assert store.begin_part("b1", 0, _run("r2"))
    store.set_status("b1", BackfillStatus.CANCELING, where=_RUNNING)
    assert store.begin_again("b1") == 0


def test_old_ones_are_removed(filled: Storage) -> None:
    store = filled.backfills
    store.add(_backfill("b2"), _parts())
    store.set_status("b1", BackfillStatus.SUCCESS, where=_RUNNING, ended_at=200.0)
    assert store.prune(150.0) == 0
    assert store.prune(300.0) == 1
    assert store.get("b1") is None
    assert store.parts("b1") == []
    assert store.get("b2") is not None
