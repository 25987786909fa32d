"""The adapters which must behave alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headwater.ports.storage import Storage
from tests.contracts.storages import KINDS, opened
from tests.contracts.turned_clock import TurnedClock


@pytest.fixture
def clock() -> TurnedClock:
    """A clock which stands until the test turns it."""
    return TurnedClock()


@pytest.fixture(params=KINDS)
def storage(request: pytest.FixtureRequest, clock: TurnedClock) -> Iterator[Storage]:
    """An empty storage of each kind."""
    with opened(request, request.param, clock) as made:
        yield made
