"""Cron expressions: are they well formed?"""

from __future__ import annotations

import re
import zoneinfo

from headwater.model.errors import DagsterInvalidDefinitionError

_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_DAYS = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 7, _DAYS),
)
_PART = re.compile(r"^(?:\*|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>\d+))?$")


def parse_cron(expression: str) -> list[frozenset[int]]:
    """The values of each field of a cron expression: minute, hour, day of month, month, day of week (0 is Sunday).

    Raises ``ValueError``, naming the field, for what is not a cron expression.
    """
    fields = _MACROS.get(expression.strip().lower(), expression).split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"it has {len(fields)} fields instead of 5 (minute, hour, day of month, month, day of week)"
        )
    return [_parse_field(text, *field) for text, field in zip(fields, _FIELDS, strict=True)]


def _parse_field(text: str, name: str, low: int, high: int, names: dict[str, int]) -> frozenset[int]:
    values: set[int] = set()
    for part in text.lower().split(","):
        if part == "l" and name == "day of month":
            values.add(-1)
            continue
        match = _PART.match(part)
        if match is None:
            raise ValueError(f"{part!r} cannot be the {name}")
        first = _number(match["low"], names, name) if match["low"] else low
        last = _number(match["high"], names, name) if match["high"] else (first if match["low"] else high)
        if match["low"] and not match["high"] and match["step"]:
            last = high
        step = int(match["step"] or 1)
        if not (low <= first <= high and low <= last <= high) or step < 1:
            raise ValueError(f"{part!r} is outside of {low}-{high}, the range of the {name}")
        if first > last:
            values.update([*range(first, high + 1, step), *range(low, last + 1, step)])
        else:
            values.update(range(first, last + 1, step))
    return frozenset(0 if name == "day of week" and value == 7 else value for value in values)


def _number(text: str, names: dict[str, int], name: str) -> int:
    if text.isdigit():
        return int(text)
    if text in names:
        return names[text]
    raise ValueError(f"{text!r} cannot be the {name}")


def check_cron(expression: str, what: str) -> None:
    """Raise :class:`DagsterInvalidDefinitionError`, naming ``what``, if ``expression`` is no cron expression."""
    try:
        parse_cron(expression)
    except ValueError as error:
        raise DagsterInvalidDefinitionError(
            f'{what} has the cron expression "{expression}", which is not valid: {error}.'
        ) from None


def check_timezone(name: str, what: str) -> None:
    """Raise :class:`DagsterInvalidDefinitionError`, naming ``what``, if there is no such time zone."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise DagsterInvalidDefinitionError(
            f'{what} has the time zone "{name}", which does not exist. Use a name such as "Europe/Berlin".'
        ) from None
