"""Who looks on while events are written."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

import headwater as hw
from headwater.model.event import Event


def test_a_listener_that_raises_fails_no_run(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Event] = []

    def breaks(events: Sequence[Event]) -> None:
        raise ValueError("broken view")

    @hw.asset
    def one() -> int:
        return 1

    with hw.DagsterInstance.ephemeral() as instance:
        instance.watch(breaks)
        instance.watch(seen.extend)
        with caplog.at_level(logging.ERROR):
            result = hw.materialize([one], instance=instance)
        assert result.success
        assert [event.kind for event in instance.all_logs(result.run_id)] == [event.kind for event in seen]
    assert "broken view" in caplog.text
