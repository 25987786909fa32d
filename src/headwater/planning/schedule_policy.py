"""What a schedule says beside its times: how far its ticks may be spread, and how many missed ones are made up for."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import msgspec

from headwater.model.errors import DagsterInvalidDefinitionError

JITTER_TAG = "headwater/jitter_seconds"
"""The tag of a schedule whose ticks begin up to so many seconds late, each by an amount of its own."""

CATCH_UP_TAG = "headwater/catch_up"
"""The tag of a schedule of whose missed ticks so many are made up for, the newest ones."""

MOST_CATCH_UP = 5
"""How many of the ticks that were missed (the machine was off) are made up for where a schedule does not say."""

_IN_TIME_SECONDS = 60.0


class SchedulePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """``jitter_seconds`` spread ticks, ``catch_up`` says how many missed ones are made up for (0: none).

    >>> read_schedule_policy({"headwater/jitter_seconds": "30"}, "nightly").jitter_seconds
    30.0
    """

    jitter_seconds: float = 0.0
    catch_up: int = MOST_CATCH_UP

    def begins_at(self, name: str, due_at: float) -> float:
        """When a tick begins that is due at a moment: the same in every process, another for each schedule and moment."""
        share = zlib.crc32(f"{name} {due_at:.0f}".encode()) / 2**32
        return due_at + share * self.jitter_seconds

    def is_missed(self, due_at: float, now: float) -> bool:
        """Whether a tick is too late where nothing is made up for."""
        return self.catch_up == 0 and now > due_at + self.jitter_seconds + _IN_TIME_SECONDS


def read_schedule_policy(tags: Mapping[str, str], name: str) -> SchedulePolicy:
    """What the tags of a schedule say. Raises :class:`DagsterInvalidDefinitionError` for what is no number."""
    try:
        jitter = float(tags.get(JITTER_TAG, "0"))
        catch_up = int(tags.get(CATCH_UP_TAG, str(MOST_CATCH_UP)))
    except ValueError:
        jitter, catch_up = -1.0, -1
    if not 0 <= jitter <= 86_400 or not 0 <= catch_up <= 1000:
        raise DagsterInvalidDefinitionError(
            f'The schedule "{name}" has a tag that makes no sense: {JITTER_TAG} is a number of seconds from 0 to 86400, '
            f"{CATCH_UP_TAG} a whole number from 0 to 1000."
        )
    return SchedulePolicy(jitter_seconds=jitter, catch_up=catch_up)
