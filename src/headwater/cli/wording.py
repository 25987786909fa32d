"""Numbers, durations and moments, as people read them."""

from __future__ import annotations

import time


def count_text(number: int, noun: str, plural: str | None = None) -> str:
    """A number of things.

    >>> count_text(336776, "row"), count_text(1, "row")
    ('336,776 rows', '1 row')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def seconds_text(seconds: float) -> str:
    """A duration, with as many digits as matter.

    >>> seconds_text(0.0123), seconds_text(4.567), seconds_text(83)
    ('12 ms', '4.57 s', '1 min 23 s')
    """
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.995:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def moment_text(timestamp: float) -> str:
    """A moment (seconds since the epoch) on the clock of this machine.

    >>> moment_text(0.0)[:3]
    '197'
    """
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(timestamp))


def clock_text(timestamp: float) -> str:
    """The time of day of a moment, on the clock of this machine."""
    return time.strftime("%H:%M:%S", time.localtime(timestamp))


def size_text(size: float) -> str:
    """A number of bytes.

    >>> size_text(999), size_text(23_456)
    ('999 B', '23.5 kB')
    """
    units = iter(("B", "kB", "MB", "GB"))
    unit = next(units)
    while size >= 1000 and unit != "GB":
        size, unit = size / 1000, next(units)
    return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"


def shortened(text: str, width: int) -> str:
    """A text in one line of at most ``width`` characters.

    >>> shortened("a line and more", 8)
    'a line …'
    """
    first, *more = text.strip().splitlines() or [""]
    if len(first) > width:
        return first[: width - 1].rstrip() + "…"
    return f"{first} …" if more else first
