"""Events page by page: a cursor says where the next page goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from headwater.model.event import EventLogRecord, EventRecordsFilter
from headwater.model.filter import event_number_of
from headwater.ports.event_log import EventLog

LOOKED_AT = 1_000
"""How many events are fetched at once where not every one is wanted."""


class EventRecordsResult:
    """A page of events: ``records``, the ``cursor`` from which to go on, and whether there is more."""

    def __init__(self, records: Sequence[EventLogRecord], cursor: str, has_more: bool) -> None:
        self.records = records
        self.cursor = cursor
        self.has_more = has_more


def fetch_page(
    log: EventLog,
    wanted: EventRecordsFilter,
    limit: int,
    cursor: str | None,
    ascending: bool,
    keep: Callable[[EventLogRecord], bool] | None = None,
) -> EventRecordsResult:
    """The next ``limit`` events that fit; with ``keep``, only those that it is true of."""
    found: list[EventLogRecord] = []
    place = int(cursor) if cursor else None
    at_once = limit + 1 if keep is None else LOOKED_AT
    while len(found) <= limit:
        records = log.find(go_on(wanted, place, ascending), limit=at_once, ascending=ascending)
        found += [record for record in records if keep is None or keep(record)]
        if len(records) < at_once:
            break
        place = records[-1].storage_id
    page = found[:limit]
    return EventRecordsResult(page, str(page[-1].storage_id) if page else (cursor or ""), len(found) > limit)


def go_on(wanted: EventRecordsFilter, place: int | None, ascending: bool) -> EventRecordsFilter:
    """The filter for what comes after ``place``, in the order in which is read."""
    if place is None:
        return wanted
    if ascending:
        after = [place] if wanted.after_cursor is None else [place, event_number_of(wanted.after_cursor)]
        return msgspec.structs.replace(wanted, after_cursor=max(after))
    before = [place] if wanted.before_cursor is None else [place, event_number_of(wanted.before_cursor)]
    return msgspec.structs.replace(wanted, before_cursor=min(before))
