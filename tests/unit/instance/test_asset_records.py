"""Materialisations fetched by a filter, page by page."""

from __future__ import annotations

import pytest

from headwater import AssetKey, AssetMaterialization, AssetRecordsFilter, DagsterInstance
from headwater.instance.event_page import EventRecordsResult
from headwater.model.event import Event, EventKind, StepMaterializationData


@pytest.fixture
def instance() -> DagsterInstance:
    """Four materialisations at the times 1 to 4, of the partitions a and b by turns."""
    made = DagsterInstance.ephemeral()
    for number in range(1, 5):
        materialization = AssetMaterialization(
            "flights", partition="ab"[(number - 1) % 2], metadata={"n": number}
        )
        data = StepMaterializationData(materialization=materialization)
        kind = EventKind.ASSET_MATERIALIZATION
        made.write_events([Event(kind=kind, run_id="1", timestamp=float(number), data=data)])
    return made


def numbers(result: EventRecordsResult) -> list[object]:
    found = [each.asset_materialization for each in result.records]
    return [each.metadata["n"].value for each in found if each is not None]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (AssetRecordsFilter(AssetKey("flights")), [4, 3, 2, 1]),
        (AssetRecordsFilter(AssetKey("flights"), asset_partitions=["a"]), [3, 1]),
        (AssetRecordsFilter(AssetKey("flights"), after_timestamp=1.0, before_timestamp=4.0), [3, 2]),
        (AssetRecordsFilter(AssetKey("flights"), after_storage_id=2), [4, 3]),
        (AssetRecordsFilter(AssetKey("flights"), before_storage_id=2), [1]),
        (AssetRecordsFilter(AssetKey("flights"), storage_ids=[1, 4]), [4, 1]),
        (AssetRecordsFilter(AssetKey("planes")), []),
    ],
)
def test_everything_in_the_filter_holds(
    instance: DagsterInstance, where: AssetRecordsFilter, found: list[int]
) -> None:
    assert numbers(instance.fetch_materializations(where, limit=10)) == found


def test_pages_go_on_where_the_last_one_ended(instance: DagsterInstance) -> None:
    where = AssetRecordsFilter(AssetKey("flights"), before_storage_id=4)
    first = instance.fetch_materializations(where, limit=2)
    assert (numbers(first), first.has_more) == ([3, 2], True)
    second = instance.fetch_materializations(where, limit=2, cursor=first.cursor)
    assert (numbers(second), second.has_more) == ([1], False)
    where = AssetRecordsFilter(AssetKey("flights"), after_storage_id=1)
    first = instance.fetch_materializations(where, limit=2, ascending=True)
    second = instance.fetch_materializations(where, limit=2, ascending=True, cursor=first.cursor)
    assert (numbers(first), numbers(second)) == ([2, 3], [4])


def test_a_key_is_a_filter_too(instance: DagsterInstance) -> None:
    assert numbers(instance.fetch_materializations(AssetKey("flights"), limit=1)) == [4]
