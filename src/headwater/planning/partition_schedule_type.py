"""The usual lengths of time partitions, and the cron expressions that stand for them."""

from __future__ import annotations

from enum import Enum


class ScheduleType(Enum):
    """How long the partitions of a definition are, where it is one of the usual lengths."""

    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"

    def cron(self, minute: int, hour: int, day: int | None) -> str:
        """The cron expression, with a minute, an hour, and a day of the week or the month."""
        if self is ScheduleType.HOURLY:
            return f"{minute} * * * *"
        if self is ScheduleType.DAILY:
            return f"{minute} {hour} * * *"
        if self is ScheduleType.WEEKLY:
            return f"{minute} {hour} * * {day or 0}"
        return f"{minute} {hour} {1 if day is None else day} * *"


def schedule_type_of(cron_schedule: str) -> ScheduleType | None:
    """The usual length for which a cron expression stands; None for any other."""
    fields = cron_schedule.split()
    if len(fields) != 5:
        return None
    minute, hour, day, month, weekday = fields
    if not minute.isdigit() or month != "*":
        return None
    if (hour, day, weekday) == ("*", "*", "*"):
        return ScheduleType.HOURLY
    if not hour.isdigit():
        return None
    if (day, weekday) == ("*", "*"):
        return ScheduleType.DAILY
    if day == "*":
        return ScheduleType.WEEKLY if weekday.isdigit() else None
    return ScheduleType.MONTHLY if weekday == "*" and day.isdigit() else None
