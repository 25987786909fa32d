"""Every event, whatever it carries, is read as it was written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.model.event import Event
from headwater.model.metadata import FloatMetadataValue
from headwater.ports.storage import Storage
from tests.contracts.any_event import DATA, events_with, missing_kinds
from tests.contracts.storages import KINDS, opened
from tests.contracts.story import made


@pytest.fixture(scope="module", params=KINDS)
def storage(request: pytest.FixtureRequest) -> Iterator[Storage]:
    """One storage for all examples: each is read from where it begins."""
    with opened(request, request.param) as made:
        yield made


def test_the_suite_covers_every_kind() -> None:
    assert not missing_kinds()


@pytest.mark.parametrize("data_type", DATA, ids=lambda data_type: data_type.__name__)
@settings(max_examples=25)
@given(data=st.data())
def test_an_event_comes_back_as_it_was(storage: Storage, data_type: type, data: st.DataObject) -> None:
    event: Event = data.draw(events_with(data_type))
    after = storage.event_log.append([])
    number = storage.event_log.append([event])
    (record,) = storage.event_log.run_events(event.run_id, after=after)
    assert record.storage_id == number
    assert record.event == event
    assert (record.asset_key, record.partition_key) == (event.asset_key, event.partition)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_lacks(storage: Storage, number: float) -> None:
    event = made("x", "limits")
    event.materialization.metadata["number"] = FloatMetadataValue(number)
    (record,) = storage.event_log.run_events("limits", after=storage.event_log.append([event]) - 1)
    value = record.event.materialization.metadata["number"]
    assert isinstance(value, FloatMetadataValue)
    assert repr(value.value) == repr(number)
