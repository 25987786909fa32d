"""How each asset stands: made and current, behind what it is made from, failed, being made, never made."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Mapping

import msgspec

from headwater.model.event import AssetMaterialization, EventKind, EventLogRecord, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.manifest import AssetNode
from headwater.model.run import RunRecord, StepState, StepStatus
from headwater.planning.asset_graph import AssetGraph
from headwater.ports.event_log import EventLog
from headwater.ports.run_store import RunStore

_CODE_VERSION = "dagster/code_version"
_DATA_VERSION = "dagster/data_version"
_INPUT_VERSION = "dagster/input_data_version/"
_INSIDE = re.compile(r"[.\[]")
_BROKEN = frozenset({StepStatus.FAILURE, StepStatus.CANCELED})


class AssetStatus(enum.Enum):
    """How an asset stands, the most urgent word first where several would do."""

    RUNNING = "running"  # a run is making it
    WAITING = "waiting"  # a run is going to make it
    FAILED = "failed"  # the newest attempt to make it failed
    SKIPPED = "skipped"  # the newest run that was to make it ended before its turn
    NEVER = "never"  # nobody has made it yet
    STALE = "stale"  # made, but what it is made from has changed since
    FRESH = "fresh"  # made, and nothing above it has changed since
    EXTERNAL = "external"  # made elsewhere, and not known to be made


class AssetState(msgspec.Struct, frozen=True, kw_only=True):
    """The status of an asset, why it is that (in words), the run behind it and when it was last made."""

    status: AssetStatus
    reasons: list[str] = []
    run_id: str | None = None
    materialized_at: float | None = None


def load_asset_states(
    graph: AssetGraph, event_log: EventLog, runs: RunStore, keys: Collection[AssetKey] | None = None
) -> dict[AssetKey, AssetState]:
    """The state of each of ``keys`` (all, when None) and of everything above them."""
    wanted = set(graph.nodes) if keys is None else graph.upstream(keys) & set(graph.nodes)
    newest = event_log.latest_materializations(None if keys is None else wanted)
    elsewhere = [key for key in wanted if not graph.nodes[key].is_materializable]
    newest = {**(event_log.latest_observations(elsewhere) if elsewhere else {}), **newest}
    attempts = _Attempts(event_log, runs)
    states: dict[AssetKey, AssetState] = {}
    for key in [*graph.order, *wanted.difference(graph.order)]:
        if key in wanted:
            node = graph.nodes[key]
            states[key] = attempts.find(node, newest.get(key)) or _settled(
                node, graph.parents[key], newest, states
            )
    return states


class _Attempts:
    """The newest runs that were to make assets and have not made them."""

    def __init__(self, event_log: EventLog, runs: RunStore) -> None:
        self._event_log = event_log
        self._runs = runs
        self._known: dict[str, _Attempt | None] = {}

    def find(self, node: AssetNode, made: EventLogRecord | None) -> AssetState | None:
        """The state of an asset that was planned again since it was made; None where that says nothing."""
        if node.computation is None:
            return None
        plans = self._event_log.find(
            EventRecordsFilter(
                event_type=EventKind.ASSET_MATERIALIZATION_PLANNED,
                asset_key=node.key,
                after_cursor=made.storage_id if made is not None else None,
            ),
            limit=1,
        )
        attempt = self._load(plans[0].run_id) if plans else None
        status = attempt.status_of(node.computation) if attempt is not None else None
        if status is None:
            return None
        return AssetState(
            status=status,
            run_id=plans[0].run_id,
            materialized_at=made.timestamp if made is not None else None,
        )

    def _load(self, run_id: str) -> _Attempt | None:
        if run_id not in self._known:
            record = self._runs.get(run_id)
            steps = self._event_log.step_states(run_id)
            self._known[run_id] = _Attempt(record, steps) if record is not None else None
        return self._known[run_id]


class _Attempt:
    """A run that was to make an asset, and how far its steps came."""

    def __init__(self, record: RunRecord, steps: Iterable[StepState]) -> None:
        self._run = record.dagster_run
        self._statuses: dict[str, set[StepStatus]] = {}
        for step in steps:
            # `orders.clean` lies inside the graph `orders`, `orders[2]` is one of its mapped copies.
            computation = _INSIDE.split(step.step_key, maxsplit=1)[0]
            self._statuses.setdefault(computation, set()).add(step.status)

    def status_of(self, computation: str) -> AssetStatus | None:
        """How an asset stands that this run has not made; None when it chose not to make it."""
        if self._run.is_success:
            return None
        statuses = self._statuses.get(computation, set())
        if statuses & _BROKEN:
            return AssetStatus.FAILED
        if not self._run.is_finished:
            return AssetStatus.RUNNING if statuses else AssetStatus.WAITING
        return AssetStatus.SKIPPED if statuses <= {StepStatus.SKIPPED} else None


def _settled(
    node: AssetNode,
    parents: Iterable[AssetKey],
    newest: Mapping[AssetKey, EventLogRecord],
    states: Mapping[AssetKey, AssetState],
) -> AssetState:
    """The state of an asset which nobody is making."""
    record = newest.get(node.key)
    if record is None or (made := record.asset_materialization) is None:
        return AssetState(status=AssetStatus.EXTERNAL if node.computation is None else AssetStatus.NEVER)
    reasons = []
    if node.computation is not None:
        reasons = [*_changed_code(node, made), *_changed_parents(record, made, parents, newest, states)]
    return AssetState(
        status=AssetStatus.STALE if reasons else AssetStatus.FRESH,
        reasons=reasons,
        run_id=record.run_id or None,
        materialized_at=record.timestamp,
    )


def _changed_code(node: AssetNode, made: AssetMaterialization) -> Iterable[str]:
    before = made.tags.get(_CODE_VERSION)
    if node.code_version is not None and before is not None and before != node.code_version:
        yield f"its code is now version {node.code_version}"


def _changed_parents(
    record: EventLogRecord,
    made: AssetMaterialization,
    parents: Iterable[AssetKey],
    newest: Mapping[AssetKey, EventLogRecord],
    states: Mapping[AssetKey, AssetState],
) -> Iterable[str]:
    for parent in parents:
        name = parent.to_user_string()
        above = newest.get(parent)
        told = (above.asset_materialization or above.asset_observation) if above is not None else None
        if above is None or told is None:
            continue
        read = made.tags.get(_INPUT_VERSION + name)
        now = told.tags.get(_DATA_VERSION)
        if above.asset_materialization is None:
            if now is not None and read != now:
                yield f"{name} was seen to change since"
        # Without recorded versions (an asset reported from outside) the order of events decides.
        elif (read != now) if read and now else above.storage_id > record.storage_id:
            yield f"{name} was made again since"
        elif parent in states and states[parent].status is AssetStatus.STALE:
            yield f"{name}, above it, is behind"
