"""Events as rows of the ``events`` table, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from headwater.model.codec import decode, encode
from headwater.model.errors import StorageError
from headwater.model.event import Event, EventData, EventKind, EventLogRecord
from headwater.model.key import AssetKey

Row: TypeAlias = tuple[Any, ...]

_KINDS = {kind.value: kind for kind in EventKind}
_ABOUT_ASSETS = frozenset(kind.value for kind in EventKind if kind.value.startswith("ASSET_"))
_Data = EventData | None


@lru_cache(maxsize=100_000)
def key_text(key: AssetKey) -> str:
    """A key as it is stored."""
    return key.to_string()


def build_rows(events: Iterable[Event]) -> list[Row]:
    """The columns of each event, in the order of the statement ``append``, without the number.

    Raises :class:`StorageError` for an event that cannot be written as JSON, and ``UnicodeEncodeError`` for
    text that UTF-8 cannot hold (see ``printable.py``).
    """
    return [_row(event) for event in events]


def _row(event: Event) -> Row:
    kind = event.kind._value_
    key = partition = None
    if kind in _ABOUT_ASSETS and (asset_key := event.asset_key) is not None:
        key, partition = key_text(asset_key), event.partition
    return (
        event.run_id,
        kind,
        event.timestamp,
        event.job_name,
        event.step_key,
        event.level,
        event.message,
        key,
        partition,
        None if event.data is None else _data_text(event),
    )


def _data_text(event: Event) -> str:
    try:
        return encode(event.data).decode()
    except UnicodeEncodeError:
        raise
    except Exception as error:
        place = f"step {event.step_key!r}" if event.step_key else f"run {event.run_id!r}"
        raise StorageError(
            f"The {event.kind.value} event of {place} cannot be stored: its data cannot be written as JSON "
            f"({type(error).__name__}: {error}). Look at its metadata."
        ) from error


def build_records(rows: Sequence[Row]) -> list[EventLogRecord]:
    """The records in ``rows`` of the statement ``select``.

    Raises :class:`StorageError` naming the first that cannot be read.
    """
    # One call for the whole page: the cost of a call is many times that of an event.
    text = "[" + ",".join([row[8] or "null" for row in rows]) + "]"
    try:
        page = decode(text, list[_Data])
        return [_record(row, data) for row, data in zip(rows, page, strict=True)]
    except (msgspec.DecodeError, KeyError):
        for row in rows:
            _check_readable(row)
        raise


def _record(row: Row, data: EventData | None) -> EventLogRecord:
    number, run_id, kind, timestamp, job_name, step_key, level, message, _ = row
    event = Event(
        kind=_KINDS[kind],
        run_id=run_id,
        timestamp=timestamp,
        job_name=job_name,
        step_key=step_key,
        level=level,
        message=message,
        data=data,
    )
    return EventLogRecord(number, event)


def _check_readable(row: Row) -> None:
    try:
        _record(row, *decode(f"[{row[8] or 'null'}]", list[_Data]))
    except (msgspec.DecodeError, KeyError) as error:
        raise StorageError(
            f"Event {row[0]} of run {row[1]!r} ({row[2]}) cannot be read: {error}. "
            "It was damaged, or written by a newer Headwater than this one."
        ) from error
