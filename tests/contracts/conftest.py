"""The adapters which must behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.adapters.memory.storage import MemoryStorage
from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.ports.storage import Storage
from tests.contracts.turned_clock import TurnedClock


@pytest.fixture
def clock() -> TurnedClock:
    """A clock which stands until the test turns it."""
    return TurnedClock()


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, clock: TurnedClock) -> Iterator[Storage]:
    """An empty storage of each kind."""
    made: Storage = MemoryStorage(clock) if request.param == "memory" else open_storage(tmp_path, clock=clock)
    yield made
    made.close()
