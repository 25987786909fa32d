"""What the loose values of filters mean."""

from __future__ import annotations

import datetime

import pytest

from headwater.model.errors import CheckError
from headwater.model.filter import alternatives_of, event_number_of, seconds_of

NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


def test_moments() -> None:
    in_rome = NOON.astimezone(datetime.timezone(datetime.timedelta(hours=1)))
    moments: list[float | datetime.datetime] = [
        NOON,
        in_rome,
        NOON.replace(tzinfo=None),
        NOON.timestamp(),
        int(NOON.timestamp()),
    ]
    assert {seconds_of(moment) for moment in moments} == {NOON.timestamp()}


def test_cursors() -> None:
    class Cursor:
        id = 7

    assert event_number_of(7) == event_number_of(Cursor()) == 7
    with pytest.raises(CheckError, match="storage_id"):
        event_number_of("seven")


def test_one_value_or_several() -> None:
    assert alternatives_of("red") == ["red"]
    assert alternatives_of(("red", "blue")) == ["red", "blue"]
