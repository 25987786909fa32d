"""Times in words: cron expressions and intervals as people say them."""

from __future__ import annotations

import re

_NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_EVERY = re.compile(r"\*/(\d+)")
_NUMBER = re.compile(r"\d+")
_NUMBERS = re.compile(r"\d+(,\d+)*")
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def cron_words(cron: str) -> str:
    """A cron expression in words; one that has none that are shorter, as it is.

    >>> cron_words("30 6 * * 1-5")
    'Monday to Friday at 06:30'
    """
    parts = _NAMED.get(cron.strip().lower(), cron).split()
    if len(parts) != 5:
        return cron
    minute, hour, day, month, weekday = parts
    time = _time_words(minute, hour)
    days = _day_words(day, month, weekday)
    if time is None or days is None:
        return cron
    if time.startswith("at "):
        return f"{days or 'every day'} {time}"
    return f"{time}, {days}" if days else time


def _time_words(minute: str, hour: str) -> str | None:
    """The time of day, beginning with ``at`` where it is one."""
    if hour == "*":
        if minute == "*":
            return "every minute"
        if every := _EVERY.fullmatch(minute):
            return f"every {_count(int(every[1]), 'minute')}"
        if _NUMBER.fullmatch(minute):
            return "every hour" if int(minute) == 0 else f"every hour at :{int(minute):02d}"
        return None
    if not _NUMBER.fullmatch(minute):
        return None
    if every := _EVERY.fullmatch(hour):
        past = "" if int(minute) == 0 else f" at :{int(minute):02d}"
        return f"every {_count(int(every[1]), 'hour')}{past}"
    if not _NUMBERS.fullmatch(hour):
        return None
    return "at " + _joined([f"{int(each):02d}:{int(minute):02d}" for each in hour.split(",")])


def _day_words(day: str, month: str, weekday: str) -> str | None:
    """The days; empty for every day, None for what has no short words."""
    if weekday == "*":
        if day == "*":
            return "" if month == "*" else None
        if not _NUMBERS.fullmatch(day):
            return None
        days = _joined([_ordinal(int(each)) for each in day.split(",")])
        if month == "*":
            return f"on the {days} of every month"
        return f"on the {days} of {_MONTHS[int(month) - 1]}" if month in map(str, range(1, 13)) else None
    if day != "*" or month != "*":
        return None
    if weekday == "1-5":
        return "Monday to Friday"
    if re.fullmatch(r"[0-7](,[0-7])*", weekday):
        return "every " + _joined([_DAYS[int(each) % 7] for each in weekday.split(",")])
    return None


def seconds_words(seconds: float) -> str:
    """An interval in words.

    >>> seconds_words(30), seconds_words(3600)
    ('30 seconds', 'hour')
    """
    for size, unit in _UNITS:
        if seconds >= size and seconds % size == 0:
            return _count(int(seconds // size), unit)
    return f"{seconds:g} seconds"


def _count(number: int, unit: str) -> str:
    return unit if number == 1 else f"{number} {unit}s"


def _joined(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
