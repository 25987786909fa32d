"""Time partitions: each is the span between two moments at which a cron expression is due. Computed, never listed."""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from headwater.model.errors import CheckError, DagsterInvalidDefinitionError, PartitionKeyFormatError
from headwater.model.partition import PartitionKeyRange, TimeWindow
from headwater.planning.cron import check_cron, check_timezone
from headwater.planning.partition_calendar import PartitionCalendar, calendar_of
from headwater.planning.partition_context import DynamicPartitionsStore, current_moment
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_key_format import PartitionKeyFormat, zone_of
from headwater.planning.partition_schedule_type import ScheduleType, schedule_type_of

_NUMBERS = re.compile(r"\d+")
_NO_MOMENT = (0, 0, 0, 0, 0)
Moment = datetime.datetime | str
Exclusion = str | datetime.datetime


class TimeWindowPartitionsDefinition(PartitionsDefinition):
    """Partitions of time, cut at the moments of ``cron_schedule`` in ``timezone``, from ``start`` on.

    A partition exists when its time is over; ``end_offset`` lets that many more exist (fewer, when negative), ``end``
    ends them. A key is the beginning of the partition, written in ``fmt``; so are ``start`` and ``end`` when they are
    text. ``exclusions`` are cron expressions and moments whose partitions there are not. Instead of a cron expression
    a ``schedule_type`` with offsets (minutes, hours, day of the week or month) can be given.

    Raises :class:`DagsterInvalidDefinitionError` for a cron expression, time zone or start that is none.

    >>> workdays = TimeWindowPartitionsDefinition(start="2024-05-01", fmt="%Y-%m-%d", cron_schedule="0 0 * * 1-5")
    >>> workdays.time_window_for_partition_key("2024-05-03").end.isoformat()  # from Friday to Monday
    '2024-05-06T00:00:00+00:00'
    """

    def __init__(
        self,
        start: Moment,
        fmt: str,
        end: Moment | None = None,
        schedule_type: ScheduleType | None = None,
        timezone: str | None = None,
        end_offset: int = 0,
        minute_offset: int | None = None,
        hour_offset: int | None = None,
        day_offset: int | None = None,
        cron_schedule: str | None = None,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        self.timezone = timezone or "UTC"
        check_timezone(self.timezone, "A time window partitions definition")
        self.fmt = fmt
        self.end_offset = end_offset
        offsets = (minute_offset, hour_offset, day_offset)
        if cron_schedule is not None and (
            schedule_type is not None or any(each is not None for each in offsets)
        ):
            raise CheckError(
                "Time partitions take a cron_schedule, or a schedule_type with offsets, not both."
            )
        if cron_schedule is None and schedule_type is None:
            raise CheckError("Time partitions need a cron_schedule or a schedule_type.")
        if schedule_type is not None:
            cron_schedule = schedule_type.cron(minute_offset or 0, hour_offset or 0, day_offset)
        assert cron_schedule is not None
        self.cron_schedule = cron_schedule
        check_cron(cron_schedule, "A time window partitions definition")
        self.exclusions: Sequence[Exclusion] | None = exclusions or None
        for each in exclusions or ():
            if isinstance(each, str):
                check_cron(each, "An exclusion of time partitions")
        zone = zone_of(self.timezone)
        self.start = self._moment(start, zone)
        self.end = self._moment(end, zone) if end is not None else None

    def _moment(self, given: Moment, zone: datetime.tzinfo) -> datetime.datetime:
        """A moment as it is given: text in the format of the keys, or a time on the clocks of the time zone."""
        if isinstance(given, str):
            try:
                return datetime.datetime.fromtimestamp(self._format.read(given), zone)
            except PartitionKeyFormatError as error:
                raise DagsterInvalidDefinitionError(
                    f"Time partitions cannot begin or end there: {error}"
                ) from None
        return given.replace(tzinfo=zone)

    # -- the calendar -----------------------------------------------------------------------------------------------

    @property
    def _calendar(self) -> PartitionCalendar:
        """All boundaries: where partitions begin and end."""
        return calendar_of(self.cron_schedule, self.timezone)

    @property
    def _starts(self) -> PartitionCalendar:
        """The boundaries at which partitions begin: all but the excluded."""
        if not self.exclusions:
            return self._calendar
        zone = zone_of(self.timezone)
        crons = tuple(each for each in self.exclusions if isinstance(each, str))
        moments = tuple(
            int((each if each.tzinfo is not None else each.replace(tzinfo=zone)).timestamp())
            for each in self.exclusions
            if not isinstance(each, str)
        )
        return calendar_of(self.cron_schedule, self.timezone, crons, moments)

    @property
    def _format(self) -> PartitionKeyFormat:
        return PartitionKeyFormat(self.fmt, self.timezone, every_hour=self._calendar.every_hour)

    def _first_start(self) -> int | None:
        return self._starts.at_or_after(_ceiling(self.start))

    def _end_start(self, current_time: datetime.datetime | None) -> int | None:
        """Where the first partition begins that does not exist (yet); None where there is none at all."""
        last = self._last_over(_floor(current_moment(current_time)))
        if last is not None and self.end_offset:
            last = self._starts.step(last, self.end_offset)
        if last is not None and self.end is not None:
            end = self._last_over(_floor(self.end))
            last = min(last, end) if end is not None else None
        return last + 1 if last is not None else None

    def _last_over(self, moment: int) -> int | None:
        """Where the last partition begins that is over at a moment."""
        ended = self._calendar.at_or_before(moment)
        begun = self._calendar.step(ended, -1) if ended is not None else None
        return self._starts.at_or_before(begun) if begun is not None else None

    def _bounds(self, current_time: datetime.datetime | None = None) -> tuple[int, int]:
        """The span in which the partitions begin, empty where there are none."""
        first, end = self._first_start(), self._end_start(current_time)
        return (first, end) if first is not None and end is not None and first < end else (0, 0)

    def _window(self, start: int) -> TimeWindow:
        end = self._calendar.step(start + 1, 0)
        assert end is not None
        return TimeWindow(self._local(start), self._local(end))

    def _local(self, moment: int) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(moment, self._format.zone)

    def _start_of(self, key: str) -> int:
        start = self._starts.at_or_after(self._format.read(key))
        if start is None:
            raise PartitionKeyFormatError(f'No partition begins at or after "{key}".')
        return start

    # -- keys -------------------------------------------------------------------------------------------------------

    def get_partition_keys(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """All keys, in order."""
        return self._keys(self._starts.between(*self._bounds(current_time)))

    def _keys(self, starts: Iterable[int]) -> list[str]:
        write = self._format.write
        return [write(start) for start in starts]

    def get_num_partitions(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> int:
        """How many partitions there are; nothing is listed for it."""
        return self._starts.count(*self._bounds(current_time))

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Whether there is such a partition."""
        try:
            start = self._start_of(partition_key)
        except PartitionKeyFormatError:
            return False
        first, end = self._bounds(current_time)
        return first <= start < end and self._format.write(start) == partition_key

    def get_first_partition_key(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> str | None:
        """The first key, None where there are no partitions."""
        first, end = self._bounds(current_time)
        return self._format.write(first) if first < end else None

    def get_last_partition_key(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> str | None:
        """The last key, None where there are no partitions."""
        first, end = self._bounds(current_time)
        return self._format.write(end - 1) if first < end else None

    def get_next_partition_key(
        self, partition_key: str, current_time: datetime.datetime | None = None
    ) -> str | None:
        """The key after one; None after the last."""
        start = self._starts.step(self._start_of(partition_key) + 1, 0)
        _, end = self._bounds(current_time)
        return self._format.write(start) if start is not None and start < end else None

    def get_prev_partition_key(
        self, partition_key: str, current_time: datetime.datetime | None = None
    ) -> str | None:
        """The key before one; None before the first."""
        start = self._starts.step(self._start_of(partition_key), -1)
        first, _ = self._bounds(current_time)
        return self._format.write(start) if start is not None and start >= first else None

    def near_keys(self, text: str) -> Sequence[str]:
        """The partition around the moment that a text may mean, or the nearest that there is."""
        first, end = self._bounds()
        if first == end:
            return []
        year, month, day, hour, minute = [*map(int, _NUMBERS.findall(text)[:5]), *_NO_MOMENT][:5]
        try:
            meant = datetime.datetime(year, month or 1, day or 1, hour, minute, tzinfo=self._format.zone)
        except (ValueError, OverflowError):
            return [self._format.write(end - 1)]
        moment = min(max(_floor(meant), first), end - 1)
        start = self._starts.at_or_before(moment)
        return [self._format.write(start)] if start is not None else []

    def keys_at(self, start: int, end: int) -> Sequence[str]:
        """The keys from one place in the order (included) to another (excluded)."""
        first, beyond = self._bounds()
        low = self._starts.step(first, start)
        high = self._starts.step(first, end)
        if first == beyond or low is None or high is None:
            return []
        return self._keys(self._starts.between(low, min(high, beyond)))

    def places_of(self, partition_keys: Collection[str]) -> Sequence[int]:
        """The place of each key in the order; of one that does not exist yet, its place when it will."""
        first, count = self._first_start() or 0, self._starts.count
        return [count(first, self._start_of(key)) for key in partition_keys]

    def get_partition_keys_between_indexes(self, start_idx: int, end_idx: int) -> list[str]:
        """The keys from one place in the order (included) to another (excluded)."""
        return list(self.keys_at(start_idx, end_idx))

    def get_partition_keys_in_range(
        self,
        partition_key_range: PartitionKeyRange,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """The keys from the first to the last of a range, whether their partitions exist already or not."""
        start, last = (self._start_of(key) for key in partition_key_range)
        return self._keys(self._starts.between(start, last + 1))

    def get_partition_key(self, key: str | datetime.date | datetime.datetime) -> str:
        """The key of a day or moment."""
        if isinstance(key, str):
            return self._format.write(self._format.read(key))
        zone = self._format.zone
        if not isinstance(key, datetime.datetime):
            key = datetime.datetime(key.year, key.month, key.day, tzinfo=zone)
        moment = key if key.tzinfo is not None else key.replace(tzinfo=zone)
        return self._format.write(int(moment.timestamp()))

    def get_partition_key_for_timestamp(self, timestamp: float, end_closed: bool = False) -> str:
        """The key of the partition in whose time a moment lies; ``end_closed``: its end belongs to it, not its start."""
        moment = int(timestamp // 1)
        start = self._starts.step(moment, -1) if end_closed else self._starts.at_or_before(moment)
        if start is None:
            raise CheckError(f"No partition lies around the moment {timestamp}.")
        return self._format.write(start)

    def less_than(self, partition_key1: str, partition_key2: str) -> bool:
        """Whether the first of two keys comes before the second."""
        return self._start_of(partition_key1) < self._start_of(partition_key2)

    # -- windows ----------------------------------------------------------------------------------------------------

    def time_window_for_partition_key(self, partition_key: str) -> TimeWindow:
        """The time of a partition. Raises :class:`PartitionKeyFormatError` for text that is no key here."""
        return self._window(self._start_of(partition_key))

    def start_time_for_partition_key(self, partition_key: str) -> datetime.datetime:
        """When the time of a partition begins."""
        return self.time_window_for_partition_key(partition_key).start

    def end_time_for_partition_key(self, partition_key: str) -> datetime.datetime:
        """When the time of a partition ends."""
        return self.time_window_for_partition_key(partition_key).end

    def time_window_for_partition_keys(self, partition_keys: Collection[str]) -> TimeWindow:
        """The span from the beginning of the first to the end of the last of some partitions."""
        starts = [self._start_of(key) for key in partition_keys]
        return TimeWindow(self._local(min(starts)), self._window(max(starts)).end)

    def time_windows_for_partition_keys(
        self, partition_keys: Collection[str], validate: bool = True
    ) -> Sequence[TimeWindow]:
        """The time of each of some partitions, in order."""
        return [self._window(start) for start in sorted({self._start_of(key) for key in partition_keys})]

    def get_first_partition_window(self, current_time: datetime.datetime | None = None) -> TimeWindow | None:
        """The time of the first partition, None where there are none."""
        first, end = self._bounds(current_time)
        return self._window(first) if first < end else None

    def get_last_partition_window(self, current_time: datetime.datetime | None = None) -> TimeWindow | None:
        """The time of the last partition, None where there are none."""
        first, end = self._bounds(current_time)
        return self._window(end - 1) if first < end else None

    def get_last_partition_window_ignoring_exclusions(
        self, current_time: datetime.datetime | None = None
    ) -> TimeWindow | None:
        """The time of what would be the last partition if none were excluded."""
        whole = copy.copy(self)
        whole.exclusions = None
        return whole.get_last_partition_window(current_time)

    def get_next_partition_window(
        self, end_dt: datetime.datetime, respect_bounds: bool = True
    ) -> TimeWindow | None:
        """The first partition that begins at or after a moment."""
        return self._bounded(self._starts.at_or_after(_ceiling(end_dt)), respect_bounds)

    def get_prev_partition_window(
        self, start_dt: datetime.datetime, respect_bounds: bool = True
    ) -> TimeWindow | None:
        """The last partition that is over at a moment."""
        return self._bounded(self._last_over(_floor(start_dt)), respect_bounds)

    def _bounded(self, start: int | None, respect_bounds: bool) -> TimeWindow | None:
        first, end = self._bounds()
        if start is None or (respect_bounds and not first <= start < end):
            return None
        return self._window(start)

    def get_partition_keys_in_time_window(self, time_window: TimeWindow) -> Sequence[str]:
        """The keys of the partitions that begin within a span of time."""
        return self._keys(self.starts_within(time_window))

    def starts_within(self, time_window: TimeWindow) -> Iterator[int]:
        """The moments within a span of time at which partitions begin, whether they exist already or not."""
        return self._starts.between(_ceiling(time_window.start), _ceiling(time_window.end))

    def get_num_partitions_in_window(self, time_window: TimeWindow) -> int:
        """How many partitions begin within a span of time."""
        return self._starts.count(_ceiling(time_window.start), _ceiling(time_window.end))

    def has_any_partitions_in_window(self, time_window: TimeWindow) -> bool:
        """Whether any partition begins within a span of time."""
        return self.get_num_partitions_in_window(time_window) > 0

    def get_partition_key_range_for_time_window(
        self, time_window: TimeWindow, respect_bounds: bool = True
    ) -> PartitionKeyRange:
        """The first and the last of the partitions that lie in a span of time."""
        first = self._starts.at_or_before(_floor(time_window.start))
        last = self._last_over(_floor(time_window.end))
        if first is None or last is None:
            raise CheckError(f"No partition lies in {time_window}.")
        return PartitionKeyRange(self._format.write(first), self._format.write(max(first, last)))

    def is_window_start_excluded(self, window_start: datetime.datetime) -> bool:
        """Whether the partition that would begin at a moment is excluded."""
        moment = int(window_start.timestamp())
        return self._calendar.has(moment) and not self._starts.has(moment)

    # -- for mappings: moments in place of keys -----------------------------------------------------------------------

    def bounds(self, current_time: datetime.datetime | None = None) -> tuple[int, int]:
        """The span in which the partitions begin that exist (seconds since the epoch), empty where there are none."""
        return self._bounds(current_time)

    def spans_of(self, partition_keys: Iterable[str]) -> Iterator[tuple[int, int]]:
        """The spans that partitions cover together, in order; those which follow each other are one span."""
        span: tuple[int, int] | None = None
        for start in sorted({self._start_of(key) for key in partition_keys}):
            end = self._calendar.step(start + 1, 0)
            assert end is not None
            if span is not None and span[1] != start:
                yield span
                span = None
            span = (span[0] if span is not None else start, end)
        if span is not None:
            yield span

    def shift(self, moment: int, number: int, *, before: bool = False) -> int:
        """A moment moved by so many partitions, from the one that has begun by then (``before``: already before)."""
        if number == 0:
            return moment
        begun = self._starts.step(moment if before else moment + 1, -1)
        if begun is None:
            return moment
        moved = self._starts.step(begun, number + before)
        return moved if moved is not None else moment

    def starts_overlapping(self, since: int, until: int) -> Iterator[int]:
        """Where the partitions begin whose time overlaps a span, whether they exist or not."""
        first = self._calendar.at_or_before(since)
        return self._starts.between(first if first is not None else since, until)

    def keys_of(self, starts: Iterable[int]) -> list[str]:
        """The keys of the partitions that begin at some moments."""
        return self._keys(starts)

    # -- what it was made of ------------------------------------------------------------------------------------------

    def get_cron_schedule(
        self,
        minute_of_hour: int | None = None,
        hour_of_day: int | None = None,
        day_of_week: int | None = None,
        day_of_month: int | None = None,
    ) -> str:
        """The cron expression of a schedule which runs as soon as a partition is over, or at another time of its day."""
        given = (minute_of_hour, hour_of_day, day_of_week, day_of_month)
        kind = self.schedule_type
        if all(each is None for each in given):
            return self.cron_schedule
        if kind is None:
            raise CheckError(
                f'Partitions by the cron expression "{self.cron_schedule}" are scheduled by it: give no time.'
            )
        if kind is ScheduleType.HOURLY and hour_of_day is not None:
            raise CheckError("Hourly partitions are scheduled every hour: give a minute, and no hour.")
        minute = self.minute_offset if minute_of_hour is None else minute_of_hour
        hour = self.hour_offset if hour_of_day is None else hour_of_day
        day = day_of_week if kind is ScheduleType.WEEKLY else day_of_month
        if day is None and kind in (ScheduleType.WEEKLY, ScheduleType.MONTHLY):
            day = self.day_offset
        return kind.cron(minute, hour, day)

    @property
    def schedule_type(self) -> ScheduleType | None:
        """How long the partitions are, where they are of one of the usual lengths."""
        return schedule_type_of(self.cron_schedule)

    @property
    def minute_offset(self) -> int:
        """At which minute of the hour partitions begin."""
        return self._offset(0)

    @property
    def hour_offset(self) -> int:
        """At which hour of the day partitions begin."""
        return 0 if self.schedule_type is ScheduleType.HOURLY else self._offset(1)

    @property
    def day_offset(self) -> int:
        """On which day of the week (0 is Sunday) or of the month partitions begin."""
        kind = self.schedule_type
        if kind not in (ScheduleType.WEEKLY, ScheduleType.MONTHLY):
            raise CheckError("Only weekly and monthly partitions begin on a certain day.")
        return self._offset(4 if kind is ScheduleType.WEEKLY else 2)

    def _offset(self, field: int) -> int:
        if self.schedule_type is None:
            raise CheckError(
                f'Partitions by the cron expression "{self.cron_schedule}" have no single offset.'
            )
        return int(self.cron_schedule.split()[field])

    @property
    def is_basic_daily(self) -> bool:
        """Whether partitions go from midnight to midnight."""
        return self.cron_schedule == "0 0 * * *"

    @property
    def is_basic_hourly(self) -> bool:
        """Whether partitions are whole hours."""
        return self.cron_schedule == "0 * * * *"

    def equal_except_for_start_or_end(self, other: TimeWindowPartitionsDefinition) -> bool:
        """Whether partitions of the two with the same key cover the same time."""
        return self.identity()[2:] == other.identity()[2:]

    def identity(self) -> tuple[Any, ...]:
        """All that it was made of."""
        return (
            self.start.timestamp(),
            self.end.timestamp() if self.end is not None else None,
            self.timezone,
            self.fmt,
            self.cron_schedule,
            self.end_offset,
            tuple(str(each) for each in self.exclusions or ()),
        )

    def __str__(self) -> str:
        kind = self.schedule_type
        return (
            f"{kind.value.capitalize() if kind is not None else self.cron_schedule}, starting "
            f"{self._format.write(int(self.start.timestamp()))} {self.timezone}."
        ) + (f" End offsetted by {self.end_offset} partitions." if self.end_offset else "")

    def __repr__(self) -> str:
        end = self.end.timestamp() if self.end is not None else None
        return (
            f"TimeWindowPartitionsDefinition(start={self.start.timestamp()}, end={end}, timezone={self.timezone!r}, "
            f"fmt={self.fmt!r}, end_offset={self.end_offset}, cron_schedule={self.cron_schedule!r}"
            + (f", exclusions={self.exclusions!r})" if self.exclusions else ")")
        )


def _floor(moment: datetime.datetime) -> int:
    return int(moment.timestamp() // 1) if moment.tzinfo is not None else _floor(_in_utc(moment))


def _ceiling(moment: datetime.datetime) -> int:
    return -int(-moment.timestamp() // 1) if moment.tzinfo is not None else _ceiling(_in_utc(moment))


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(tzinfo=datetime.UTC)
