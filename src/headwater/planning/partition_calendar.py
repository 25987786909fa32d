"""The boundaries of time partitions: every moment at which a cron expression is due, computed where it is asked for.

A day that is like any other (nobody turns the clock) has the same times as all days which the expression means alike;
so a year is a list of days with the number of boundaries up to each, and counting is arithmetic on years. Only days
in which the clock is turned are worked out moment by moment:

* an expression for every hour of the day is due in each real hour: twice in the hour that comes twice, never in the
  one that is left out;
* any other is due once: the second time round of a time that comes twice, and when the gap is over for one that is
  left out.

Moments are whole seconds since the epoch.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from headwater.planning.cron import parse_cron

_EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()
_DAY = 86400
_FIRST_YEAR, _LAST_YEAR = 1, 9998


class CronDay:
    """A parsed cron expression: which days it means, and at which seconds of such a day."""

    def __init__(self, expression: str) -> None:
        minutes, hours, self._days, self._months, self._weekdays = parse_cron(expression)
        self.every_hour = len(hours) == 24
        self.seconds = tuple(
            hour * 3600 + minute * 60 for hour in sorted(hours) for minute in sorted(minutes)
        )
        self._all_days = len(self._days) == 31
        self._all_weekdays = len(self._weekdays) == 7

    def means(self, day: datetime.date) -> bool:
        """Whether it is due on a day. Where days of the month and of the week are given, one of both is enough."""
        if day.month not in self._months:
            return False
        in_month = day.day in self._days or (-1 in self._days and day.day == _days_in_month(day))
        in_week = day.isoweekday() % 7 in self._weekdays
        if self._all_days or self._all_weekdays:
            return (in_month or self._all_days) and (in_week or self._all_weekdays)
        return in_month or in_week


class _Day(NamedTuple):
    """The boundaries of a day: ``base`` plus each of ``offsets``."""

    base: int
    offsets: tuple[int, ...]

    @property
    def first(self) -> int:
        return self.base + self.offsets[0]

    @property
    def last(self) -> int:
        return self.base + self.offsets[-1]


class _Year(NamedTuple):
    """The days of a year that have boundaries, and how many there are before each day and in all."""

    days: list[_Day]
    firsts: list[int]
    counts: list[int]

    def count_before(self, moment: int) -> int:
        index = bisect_right(self.firsts, moment - 1) - 1
        if index < 0:
            return 0
        day = self.days[index]
        return self.counts[index] + bisect_left(day.offsets, moment - day.base)

    def at(self, number: int) -> int:
        index = bisect_right(self.counts, number) - 1
        day = self.days[index]
        return day.base + day.offsets[number - self.counts[index]]


class PartitionCalendar:
    """All boundaries of a cron expression in a time zone, without those that ``excluded`` expressions and moments mean."""

    def __init__(
        self,
        cron: str,
        timezone: str,
        excluded_crons: tuple[str, ...] = (),
        excluded_moments: tuple[int, ...] = (),
    ) -> None:
        self._cron = CronDay(cron)
        self._zone = ZoneInfo(timezone)
        self._excluded = [CronDay(each) for each in excluded_crons]
        self._moments = sorted(excluded_moments)
        self._years: dict[int, _Year] = {}
        self._patterns: dict[tuple[bool, ...], tuple[int, ...]] = {}

    @property
    def every_hour(self) -> bool:
        """Whether each real hour of a day has boundaries."""
        return self._cron.every_hour

    @cached_property
    def _always_empty(self) -> bool:
        years = (
            self._year(year) for year in range(2000, 2029)
        )  # all that a calendar can be, 29 February too
        return not any(year.days for year in years)

    # -- asking ---------------------------------------------------------------------------------------------------

    def count(self, start: int, end: int) -> int:
        """How many boundaries there are from ``start`` (included) to ``end`` (excluded)."""
        if end <= start:
            return 0
        first, last = self._year_of(start), self._year_of(end)
        total = self._year(last).count_before(end) - self._year(first).count_before(start)
        return total + sum(self._year(year).counts[-1] for year in range(first, last))

    def step(self, moment: int, number: int) -> int | None:
        """The boundary ``number`` further than ``moment``, earlier for a negative number, which need be none itself.

        0 is the first at or after it, -1 the last before it. None where the calendar ends.
        """
        if self._always_empty:
            return None
        year = self._year_of(moment)
        place = self._year(year).count_before(moment) + number
        while place < 0:
            year -= 1
            if year < _FIRST_YEAR:
                return None
            place += self._year(year).counts[-1]
        while place >= self._year(year).counts[-1]:
            place -= self._year(year).counts[-1]
            year += 1
            if year > _LAST_YEAR:
                return None
        return self._year(year).at(place)

    def at_or_after(self, moment: int) -> int | None:
        """The first boundary at or after a moment."""
        return self.step(moment, 0)

    def at_or_before(self, moment: int) -> int | None:
        """The last boundary at or before a moment."""
        return self.step(moment + 1, -1)

    def has(self, moment: int) -> bool:
        """Whether a moment is a boundary."""
        return self.count(moment, moment + 1) == 1

    def between(self, start: int, end: int) -> Iterator[int]:
        """The boundaries from ``start`` (included) to ``end`` (excluded), in order."""
        if end <= start:
            return
        for year in range(self._year_of(start), self._year_of(end) + 1):
            days = self._year(year)
            for day in days.days[max(0, bisect_right(days.firsts, start) - 1) :]:
                if day.first >= end:
                    return
                whole = day.first >= start and day.last < end
                for offset in day.offsets:
                    if whole or start <= day.base + offset < end:
                        yield day.base + offset

    # -- building -------------------------------------------------------------------------------------------------

    def _year_of(self, moment: int) -> int:
        return datetime.datetime.fromtimestamp(moment, self._zone).year

    def _offset_at(self, moment: int) -> int:
        return _seconds(datetime.datetime.fromtimestamp(moment, self._zone).utcoffset())

    def _offsets(self, local: int) -> tuple[int, int]:
        """How far the zone is from UTC at a local time (in seconds): the first and the second time round."""
        known = datetime.datetime(1970, 1, 1, tzinfo=self._zone) + datetime.timedelta(seconds=local)
        return _seconds(known.utcoffset()), _seconds(known.replace(fold=1).utcoffset())

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._build_year(year)
        return known

    def _build_year(self, year: int) -> _Year:
        days: list[_Day] = []
        before = self._offsets(_midnight(datetime.date(year, 1, 1)))
        for date in _dates(year):
            after = self._offsets(_midnight(date) + _DAY)
            day = self._build_day(date, {*before, *after})
            before = after
            if (
                days and day.offsets and day.first <= days[-1].last
            ):  # a day that was left out ends where this begins
                day = _Day(day.base, tuple(each for each in day.offsets if day.base + each > days[-1].last))
            if day.offsets:
                days.append(day)
        counts = [0]
        for day in days:
            counts.append(counts[-1] + len(day.offsets))
        return _Year(days, [day.first for day in days], counts)

    def _build_day(self, date: datetime.date, offsets: set[int]) -> _Day:
        if not self._cron.means(date):
            return _Day(0, ())
        excluding = [each for each in self._excluded if each.means(date)]
        local = _midnight(date)
        if len(offsets) == 1:
            base = local - offsets.pop()
            return _Day(base, self._without_moments(base, self._pattern(excluding)))
        moments = self._due(local, self._cron.seconds, once=not self._cron.every_hour)
        for each in excluding:
            moments -= self._due(local, each.seconds, once=not each.every_hour)
        return _Day(0, self._without_moments(0, tuple(sorted(moments))))

    def _pattern(self, excluding: Sequence[CronDay]) -> tuple[int, ...]:
        """The seconds of an ordinary day on which some expressions exclude some."""
        which = tuple(each in excluding for each in self._excluded)
        known = self._patterns.get(which)
        if known is None:
            gone = {second for each in excluding for second in each.seconds}
            known = tuple(second for second in self._cron.seconds if second not in gone)
            self._patterns[which] = known
        return known

    def _without_moments(self, base: int, offsets: tuple[int, ...]) -> tuple[int, ...]:
        if not (self._moments and offsets):
            return offsets
        low = bisect_left(self._moments, base + offsets[0])
        gone = set(self._moments[low : bisect_right(self._moments, base + offsets[-1])])
        return tuple(each for each in offsets if base + each not in gone) if gone else offsets

    def _due(self, local_midnight: int, seconds: Sequence[int], *, once: bool) -> set[int]:
        """The moments of the local times of a day in which the clock is turned."""
        due: set[int] = set()
        for second in seconds:
            local = local_midnight + second
            first, again = self._offsets(local)
            if first == again:
                due.add(local - first)
            elif first > again:  # the time comes twice
                due.update([local - again] if once else [local - first, local - again])
            elif once:  # the time is left out
                due.add(self._end_of_gap(local - again, local - first))
        return due

    def _end_of_gap(self, before: int, after: int) -> int:
        """The moment between two at which the clock is turned."""
        old = self._offset_at(before)
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if self._offset_at(middle) == old else (before, middle)
        return after


@lru_cache(maxsize=256)
def calendar_of(
    cron: str, timezone: str, excluded_crons: tuple[str, ...] = (), excluded_moments: tuple[int, ...] = ()
) -> PartitionCalendar:
    """The calendar of an expression in a zone; the same for everybody who asks, with the years it has worked out."""
    return PartitionCalendar(cron, timezone, excluded_crons, excluded_moments)


def _seconds(offset: datetime.timedelta | None) -> int:
    assert offset is not None
    return offset.days * _DAY + offset.seconds


def _midnight(date: datetime.date) -> int:
    return (date.toordinal() - _EPOCH_DAY) * _DAY


def _dates(year: int) -> Iterator[datetime.date]:
    first = datetime.date(year, 1, 1).toordinal()
    return map(datetime.date.fromordinal, range(first, datetime.date(year + 1, 1, 1).toordinal()))


def _days_in_month(date: datetime.date) -> int:
    if date.month == 12:
        return 31
    return datetime.date(date.year, date.month + 1, 1).toordinal() - date.replace(day=1).toordinal()
