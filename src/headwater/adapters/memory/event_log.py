"""The event log in memory."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Reversible, Sequence

from headwater.adapters.memory.history import ASSET_KINDS, AssetState, History
from headwater.model.event import DagsterEventType, Event, EventKind, EventLogRecord, EventRecordsFilter
from headwater.model.filter import alternatives_of, event_number_of
from headwater.model.key import AssetKey
from headwater.model.run import StepState


class MemoryEventLog:
    """The port :class:`headwater.ports.event_log.EventLog` in plain Python."""

    def __init__(self, history: History) -> None:
        self._history = history

    def append(self, events: Sequence[Event]) -> int:
        """Append ``events``; the number of the last one."""
        return self._history.append(events)

    def run_events(
        self,
        run_id: str,
        *,
        after: int = 0,
        limit: int | None = None,
        kinds: Collection[DagsterEventType] | None = None,
        step_key: str | None = None,
        before: int | None = None,
        ascending: bool = True,
    ) -> list[EventLogRecord]:
        """The events of a run with numbers above ``after`` and below ``before``, oldest first if ``ascending``."""
        with self._history.current() as history:
            numbers = history.events_of_run.get(run_id, [])
            end = len(numbers) if before is None else bisect_left(numbers, before)
            wanted = numbers[bisect_right(numbers, after) : end]
            records = (
                record
                for record in self._records(wanted if ascending else reversed(wanted))
                if (kinds is None or record.event.kind in kinds)
                and (step_key is None or record.event.step_key == step_key)
            )
            return _first(records, limit)

    def find(
        self, filter: EventRecordsFilter, *, limit: int | None = None, ascending: bool = False
    ) -> list[EventLogRecord]:
        """The events that fit, newest first unless ``ascending``."""
        with self._history.current() as history:
            numbers: Reversible[int] = history.events
            if filter.asset_key is not None:
                numbers = history.events_of_asset.get(filter.asset_key, [])
            records = self._records(numbers if ascending else reversed(numbers))
            return _first((record for record in records if self._fits(record, filter)), limit)

    def _fits(self, record: EventLogRecord, filter: EventRecordsFilter) -> bool:
        event, number = record.event, record.storage_id
        return (
            (filter.event_type is None or event.kind is filter.event_type)
            and (filter.after_cursor is None or number > event_number_of(filter.after_cursor))
            and (filter.before_cursor is None or number < event_number_of(filter.before_cursor))
            and (filter.after_timestamp is None or event.timestamp > filter.after_timestamp)
            and (filter.before_timestamp is None or event.timestamp < filter.before_timestamp)
            and (filter.storage_ids is None or number in filter.storage_ids)
            and (filter.asset_partitions is None or event.partition in filter.asset_partitions)
            and (not filter.tags or _has_tags(event, filter))
            and not (number in self._history.wiped and (filter.asset_key or filter.event_type))
        )

    def latest_materializations(
        self, keys: Collection[AssetKey] | None = None
    ) -> dict[AssetKey, EventLogRecord]:
        """The newest materialisation of each asset (of all known, when ``keys`` is None)."""
        return self._latest({key: asset.materialization for key, asset in self._assets(keys)})

    def latest_observations(self, keys: Collection[AssetKey] | None = None) -> dict[AssetKey, EventLogRecord]:
        """The newest observation of each asset (of all known, when ``keys`` is None)."""
        return self._latest({key: asset.observation for key, asset in self._assets(keys)})

    def latest_materialization(self, key: AssetKey, partition: str | None = None) -> EventLogRecord | None:
        """The newest materialisation of an asset, or of one partition of it."""
        for _, asset in self._assets([key]):
            number = asset.materialization if partition is None else asset.partitions.get(partition)
            return self._latest({key: number}).get(key)
        return None

    def materialized_partitions(self, key: AssetKey) -> list[str]:
        """The partitions of an asset which have been made, sorted."""
        return [partition for _, asset in self._assets([key]) for partition in sorted(asset.partitions)]

    def count_materialized_partitions(self, key: AssetKey) -> int:
        """How many partitions of an asset have been made."""
        return sum(len(asset.partitions) for _, asset in self._assets([key]))

    def asset_keys(self) -> list[AssetKey]:
        """The assets that the log knows, sorted."""
        return sorted(key for key, asset in self._assets(None) if asset.numbers)

    def step_states(self, run_id: str) -> list[StepState]:
        """The latest state of each step of a run that has begun, in the order of their beginning."""
        with self._history.current() as history:
            return list(history.steps.get(run_id, {}).values())

    def wipe_asset(self, key: AssetKey, partitions: Collection[str] | None = None) -> None:
        """Forget the materialisations and observations of an asset (or of some partitions)."""
        with self._history.current() as history:
            kept = []
            for number in history.events_of_asset.pop(key, []):
                event = history.events[number]
                if event.kind.value in ASSET_KINDS and (partitions is None or event.partition in partitions):
                    history.wiped.add(number)
                else:
                    kept.append(number)
            asset = history.assets.pop(key, None)
            history.wipes += 1
            if kept:
                history.events_of_asset[key] = kept
            if asset is not None and partitions is not None:
                self._renew(key, asset, partitions)

    def _renew(self, key: AssetKey, asset: AssetState, partitions: Collection[str]) -> None:
        """After some partitions were forgotten: the newest of the events that are left."""
        newest: dict[EventKind, int] = {}
        for record in self._records(self._history.events_of_asset.get(key, [])):
            newest[record.event.kind] = record.storage_id
        asset.materialization = newest.get(EventKind.ASSET_MATERIALIZATION)
        asset.observation = newest.get(EventKind.ASSET_OBSERVATION)
        for partition in partitions:
            for known in (asset.partitions, asset.statuses, asset.runs, asset.changed):
                known.pop(partition, None)
        if asset.numbers or asset.statuses:
            self._history.assets[key] = asset

    def size(self) -> int:
        """How many events are stored."""
        with self._history.current() as history:
            return len(history.events)

    def _assets(self, keys: Collection[AssetKey] | None) -> list[tuple[AssetKey, AssetState]]:
        with self._history.current() as history:
            wanted = history.assets if keys is None else [key for key in keys if key in history.assets]
            return [(key, history.assets[key]) for key in wanted]

    def _latest(self, numbers: dict[AssetKey, int | None]) -> dict[AssetKey, EventLogRecord]:
        with self._history.current():
            return {
                key: record for key, number in numbers.items() if number for record in self._records([number])
            }

    def _records(self, numbers: Iterable[int]) -> Iterator[EventLogRecord]:
        events = self._history.events
        return (EventLogRecord(number, events[number]) for number in numbers)


def _first(records: Iterator[EventLogRecord], limit: int | None) -> list[EventLogRecord]:
    return (
        list(records) if limit is None else [record for _, record in zip(range(limit), records, strict=False)]
    )


def _has_tags(event: Event, filter: EventRecordsFilter) -> bool:
    said = event.asset_materialization or event.asset_observation
    tags = said.tags if said else {}
    return all(tags.get(name) in alternatives_of(wanted) for name, wanted in (filter.tags or {}).items())
