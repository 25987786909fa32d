"""When a schedule is due: the moments of all its cron expressions in its time zone, in order.

Moments are whole seconds since the epoch. In an hour that comes twice (the clock is turned back) a schedule for every
hour is due both times and any other one the second time; a time that is left out is due when the gap is over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from headwater.planning.partition_calendar import calendar_of


def next_time(crons: Sequence[str], timezone: str, after: float) -> int | None:
    """The first moment later than ``after``; None for expressions that are never due (30 February).

    >>> next_time(["0 * * * *"], "UTC", 3600)
    7200
    """
    found = [calendar_of(cron, timezone).at_or_after(math.floor(after) + 1) for cron in crons]
    return min((each for each in found if each is not None), default=None)


def times_after(crons: Sequence[str], timezone: str, after: float) -> Iterator[int]:
    """All moments later than ``after``, in order; each once, however many expressions mean it."""
    moment = next_time(crons, timezone, after)
    while moment is not None:
        yield moment
        moment = next_time(crons, timezone, moment)


def missed_times(crons: Sequence[str], timezone: str, after: float, now: float, most: int) -> list[int]:
    """The moments later than ``after`` and not later than ``now``: the ``most`` newest of them, oldest first."""
    calendars = [calendar_of(cron, timezone) for cron in crons]
    found: list[int] = []
    moment = math.floor(now)
    while len(found) < most:
        before = [each for calendar in calendars if (each := calendar.at_or_before(moment)) is not None]
        newest = max(before, default=None)
        if newest is None or newest <= after:
            break
        found.append(newest)
        moment = newest - 1
    return found[::-1]
