"""What automation conditions ask about the world, read from the stores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from headwater.model.automation_evaluation import NOTHING, WHOLE, Entity, Slice, Slices
from headwater.model.backfill import OPEN_STATUSES, BackfillPart, PartStatus
from headwater.model.event import (
    AssetCheckEvaluation,
    DagsterEventType,
    EventKind,
    EventLogRecord,
    EventRecordsFilter,
)
from headwater.model.freshness_spec import FreshnessStatus
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import AssetNode
from headwater.model.partition import PARTITION_TAG, PartitionKeyRange
from headwater.model.run import FINISHED_STATUSES, DagsterRun, DagsterRunStatus, RunsFilter
from headwater.planning.automation_graph import AutomationGraph
from headwater.planning.automation_view import RunFacts, Update
from headwater.planning.freshness import build_freshness_state
from headwater.ports.storage import Storage

_UNFINISHED = [status for status in DagsterRunStatus if status not in FINISHED_STATUSES]
_TO_FILL = [PartStatus.WAITING, PartStatus.QUEUED]
_MADE = EventKind.ASSET_MATERIALIZATION
_SEEN = EventKind.ASSET_OBSERVATION
_PLANNED = EventKind.ASSET_MATERIALIZATION_PLANNED
_CHECKED = EventKind.ASSET_CHECK_EVALUATION


class StoredAutomationView:
    """The world of :class:`AutomationView` as the stores know it up to the newest event. Everything is read once."""

    def __init__(self, automation: AutomationGraph, storage: Storage, *, now: float) -> None:
        self._graph = automation.graph
        self._partitions = automation.partitions
        self._log = storage.event_log
        self._runs = storage.runs
        self._backfills = storage.backfills
        self._now = now
        self.event_number = self._log.append([])
        self._known_runs: dict[str, DagsterRun | None] = {}
        self._events: dict[tuple[DagsterEventType, int], dict[AssetKey, list[EventLogRecord]]] = {}
        self._made: dict[AssetKey, Slices] = {}
        self._failed: dict[AssetKey, Slices] = {}

    # -- what was made --------------------------------------------------------------------------------------------

    def _kind_of(self, key: AssetKey) -> DagsterEventType:
        """What tells that an asset was updated: of one that is looked at only, that it was seen."""
        node = self._graph.nodes.get(key)
        return _SEEN if node is not None and node.kind == "observable" else _MADE

    @cached_property
    def _newest(self) -> Mapping[AssetKey, EventLogRecord]:
        return self._log.latest_materializations(list(self._graph.nodes))

    @cached_property
    def _newest_seen(self) -> Mapping[AssetKey, EventLogRecord]:
        keys = [key for key, node in self._graph.nodes.items() if not node.is_materializable]
        return self._log.latest_observations(keys)

    def made(self, key: AssetKey) -> Slices:
        """What of an asset has been made (or observed)."""
        if key not in self._made:
            node = self._graph.nodes.get(key)
            if node is not None and node.is_partitioned:
                self._made[key] = frozenset(self._log.materialized_partitions(key))
            else:
                known = self._newest_seen if self._kind_of(key) is _SEEN else self._newest
                self._made[key] = WHOLE if key in known else NOTHING
        return self._made[key]

    def _events_after(self, kind: DagsterEventType, after: int) -> dict[AssetKey, list[EventLogRecord]]:
        """The events of a kind behind one of them, by asset, oldest first: one question for all assets."""
        if (kind, after) not in self._events:
            found: dict[AssetKey, list[EventLogRecord]] = defaultdict(list)
            wanted = EventRecordsFilter(event_type=kind, after_cursor=after)
            for record in self._log.find(wanted, ascending=True):
                if record.storage_id <= self.event_number and (key := record.asset_key) is not None:
                    found[key].append(record)
            self._events[kind, after] = found
        return self._events[kind, after]

    def updates(self, entity: Entity, after: int) -> Mapping[Slice, Sequence[Update]]:
        """The updates of an asset or check behind the event ``after``, oldest first."""
        found: dict[Slice, list[Update]] = defaultdict(list)
        if isinstance(entity, AssetCheckKey):
            records = self._events_after(_CHECKED, after).get(entity.asset_key, [])
            records = [record for record in records if _check_of(record) == entity]
        else:
            records = self._events_after(self._kind_of(entity), after).get(entity, [])
        partitioned = self._is_partitioned(entity)
        for record in records:
            if partitioned and record.partition_key is None:
                continue
            found[record.partition_key if partitioned else None].append(_update(record))
        return found

    def _is_partitioned(self, entity: Entity) -> bool:
        node = self._graph.nodes.get(entity) if isinstance(entity, AssetKey) else None
        return node is not None and node.is_partitioned

    def version_before(self, key: AssetKey, partition: Slice, number: int) -> str | None:
        """The data version of an asset before an event; None where it had none."""
        wanted = EventRecordsFilter(
            event_type=self._kind_of(key),
            asset_key=key,
            before_cursor=number,
            asset_partitions=[partition] if partition is not None else None,
        )
        found = self._log.find(wanted, limit=1)
        return _update(found[0]).data_version if found else None

    # -- runs -----------------------------------------------------------------------------------------------------

    def _run(self, run_id: str) -> DagsterRun | None:
        if run_id not in self._known_runs:
            record = self._runs.get(run_id) if run_id else None
            self._known_runs[run_id] = record.dagster_run if record is not None else None
        return self._known_runs[run_id]

    def run(self, run_id: str) -> RunFacts | None:
        """A run."""
        run = self._run(run_id)
        if run is None:
            return None
        chosen = frozenset(run.asset_selection) if run.asset_selection is not None else None
        return RunFacts(tags=run.tags, asset_selection=chosen)

    def _newest_update(self, entity: Entity, partition: Slice) -> EventLogRecord | None:
        if isinstance(entity, AssetCheckKey):
            return self._newest_check(entity)
        if partition is not None:
            return self._log.latest_materialization(entity, partition)
        return (self._newest_seen if self._kind_of(entity) is _SEEN else self._newest).get(entity)

    def newest_number(self, entity: Entity, partition: Slice) -> int | None:
        """The number of the newest update; None where there is none."""
        record = self._newest_update(entity, partition)
        return record.storage_id if record is not None else None

    def newest_run(self, entity: Entity, partition: Slice) -> RunFacts | None:
        """The run of the newest update; None where there is none, or no run made it."""
        record = self._newest_update(entity, partition)
        return self.run(record.run_id) if record is not None else None

    @cached_property
    def _at_work(self) -> dict[Entity, set[Slice]]:
        """What runs are going to make."""
        running: dict[Entity, set[Slice]] = defaultdict(set)
        for record in self._runs.find(RunsFilter(statuses=_UNFINISHED)):
            for entity, partition in self._to_make(record.dagster_run):
                running[entity].add(partition)
        return running

    @cached_property
    def _to_fill(self) -> dict[AssetKey, list[BackfillPart]]:
        """The parts of backfills that are still to be made, by asset."""
        parts: dict[AssetKey, list[BackfillPart]] = defaultdict(list)
        for backfill in self._backfills.find(statuses=OPEN_STATUSES):
            for part in self._backfills.parts(backfill.backfill_id, statuses=_TO_FILL):
                for key in backfill.layers[part.layer].assets:
                    parts[key].append(part)
        return parts

    def _to_make(self, run: DagsterRun) -> Iterable[tuple[Entity, Slice]]:
        """What a run that has not ended is going to make: as it says itself, or as it was asked."""
        events = self._log.run_events(run.run_id, kinds=[_PLANNED, _MADE])
        told = {kind: [each for each in events if each.event.kind is kind] for kind in (_PLANNED, _MADE)}
        if told[_PLANNED]:
            made = {(each.asset_key, each.partition_key) for each in told[_MADE]}
            for each in told[_PLANNED]:
                if each.asset_key is not None and (each.asset_key, each.partition_key) not in made:
                    yield each.asset_key, each.partition_key
        else:
            for key in run.asset_selection or ():
                yield key, run.tags.get(PARTITION_TAG) if self._is_partitioned(key) else None
        for check in run.asset_check_selection or ():
            yield check, None

    def running(self, entity: Entity) -> Slices:
        """What runs are going to make."""
        return frozenset(self._at_work.get(entity, ()))

    def backfilling(self, entity: Entity) -> Slices:
        """What backfills are going to make."""
        if isinstance(entity, AssetCheckKey):
            return NOTHING
        found: set[Slice] = set()
        for part in self._to_fill.get(entity, ()):
            definition = self._partitions.definition(entity)
            if definition is None or part.start is None or part.end is None:
                found.add(None)
            else:
                span = PartitionKeyRange(part.start, part.end)
                found.update(map(str, definition.get_partition_keys_in_range(span)))
        return frozenset(found)

    def failed(self, entity: Entity) -> Slices:
        """What the newest run was to make, and did not because it failed."""
        if isinstance(entity, AssetCheckKey):
            return NOTHING
        if entity not in self._failed:
            self._failed[entity] = frozenset(self._find_failed(entity))
        return self._failed[entity]

    def _find_failed(self, key: AssetKey) -> Iterable[Slice]:
        newest: dict[Slice, EventLogRecord] = {}
        limit = None if self._is_partitioned(key) else 1
        for record in self._log.find(EventRecordsFilter(event_type=_PLANNED, asset_key=key), limit=limit):
            newest.setdefault(record.partition_key, record)
        for partition, planned in newest.items():
            run = self._run(planned.run_id)
            if run is None or not run.is_failure:
                continue
            made = self._log.latest_materialization(key, partition)
            if made is None or made.storage_id < planned.storage_id:
                yield partition

    # -- checks and freshness -------------------------------------------------------------------------------------

    def _newest_check(self, key: AssetCheckKey) -> EventLogRecord | None:
        beside = sum(1 for each in self._graph.checks if each.asset_key == key.asset_key)
        wanted = EventRecordsFilter(event_type=_CHECKED, asset_key=key.asset_key)
        found = self._log.find(wanted, limit=20 * beside)
        return next((record for record in found if _check_of(record) == key), None)

    def check_passed(self, key: AssetCheckKey) -> bool | None:
        """Whether the newest evaluation of a check has passed; None where there is none of what was made last."""
        record, made = self._newest_check(key), self._newest.get(key.asset_key)
        if record is None or (made is not None and made.storage_id > record.storage_id):
            return None
        if self.failed(key.asset_key):
            return None  # the run that was to evaluate it anew did not come to it
        data = record.event.data
        return data.passed if isinstance(data, AssetCheckEvaluation) else None

    def freshness(self, key: AssetKey) -> FreshnessStatus:
        """How an asset stands by its freshness policy."""
        node = self._graph.nodes.get(key)
        if node is None or node.freshness is None:
            return FreshnessStatus.UNKNOWN
        record = find_newest_update(node, self._newest, self._newest_seen)
        return build_freshness_state(node.freshness, record.timestamp if record else None, self._now).status


def find_newest_update(
    node: AssetNode, made: Mapping[AssetKey, EventLogRecord], seen: Mapping[AssetKey, EventLogRecord]
) -> EventLogRecord | None:
    """The event by which the freshness of an asset counts: made, or, where it is made elsewhere, seen."""
    found = made.get(node.key)
    return found if found is not None or node.is_materializable else seen.get(node.key)


def _check_of(record: EventLogRecord) -> AssetCheckKey | None:
    data = record.event.data
    return AssetCheckKey(data.asset_key, data.check_name) if isinstance(data, AssetCheckEvaluation) else None


def _update(record: EventLogRecord) -> Update:
    told = record.asset_materialization or record.asset_observation
    return Update(
        number=record.storage_id,
        at=record.timestamp,
        run_id=record.run_id,
        data_version=told.data_version if told is not None else None,
    )
