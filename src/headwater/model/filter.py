"""What the loose values of filters mean: moments, cursors, and tags with alternatives."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import NamedTuple

from headwater.model.errors import CheckError


def seconds_of(moment: float | datetime.datetime) -> float:
    """A moment as seconds since the epoch. A datetime without a time zone is read as UTC.

    >>> seconds_of(datetime.datetime(1970, 1, 1, 0, 1))
    60.0
    """
    if not isinstance(moment, datetime.datetime):
        return float(moment)
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


class RunShardedEventsCursor(NamedTuple):
    """A place in the event log: after the event of number ``id``, in runs that changed after ``run_updated_after``.

    One log holds all runs here, so the number alone is the place.
    """

    id: int
    run_updated_after: datetime.datetime


def event_number_of(cursor: object) -> int:
    """The event number that a cursor stands for: a number itself, or an object which carries one as ``id``.

    Raises :class:`CheckError` for anything else.
    """
    number = getattr(cursor, "id", cursor)
    if not isinstance(number, int):
        raise CheckError(f"{cursor!r} is no cursor of the event log. Give the storage_id of a record.")
    return number


def alternatives_of(wanted: str | Collection[str]) -> list[str]:
    """The values any of which will do, for a tag filter that names one or several."""
    return [wanted] if isinstance(wanted, str) else list(wanted)
