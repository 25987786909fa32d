"""What automation conditions want next: pure of clock and store, over a graph, a view of the world and a cursor."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from headwater.model.automation_condition import (
    AllOf,
    AnyOf,
    AssetMatches,
    AutomationCondition,
    Checks,
    CronTickPassed,
    Deps,
    DownstreamConditions,
    InLatestTimeWindow,
    NewlyTrue,
    NotTrue,
    Operand,
    RunTags,
    Since,
)
from headwater.model.automation_evaluation import (
    NOTHING,
    WHOLE,
    AutomationCursor,
    AutomationEvaluation,
    Entity,
    EntityMemory,
    EvaluatedNode,
    NodeMemory,
    Slice,
    Slices,
    entity_name,
)
from headwater.model.errors import DagsterError, DagsterInvalidDefinitionError
from headwater.model.freshness_spec import FreshnessStatus
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.planning.automation_graph import AutomationGraph
from headwater.planning.automation_slices import AutomationSlices
from headwater.planning.automation_view import AutomationView, Update
from headwater.planning.freshness import last_tick
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.selection import AssetSelection

_SHOWN_PARTITIONS = 100
_REMEMBERING = frozenset({"code_version_changed", "ANY_DOWNSTREAM_CONDITIONS"})
"""Parts that have to remember something, beside those that say since when and since what."""

_MEMORY: EntityMemory = EntityMemory(condition="")


class AutomationOutcome(NamedTuple):
    """What an evaluation wants, why, and what the next one has to know. ``failures`` tell which conditions could not be
    evaluated; the others were."""

    requested: Mapping[Entity, Slices]
    evaluations: Sequence[AutomationEvaluation]
    cursor: AutomationCursor
    failures: Sequence[str] = ()


class _Found(NamedTuple):
    """Of which slices a condition is true, and how that is shown."""

    true: Slices
    node: EvaluatedNode


class _Place(NamedTuple):
    """Where in a condition we are: whose condition it is, who is asked, the path to here, and on whose behalf."""

    root: Entity
    entity: Entity
    path: int
    dependent: Entity | None = None

    @property
    def key(self) -> str:
        """Under what the cursor keeps what is remembered here."""
        return f"{self.path:x}"


class _Part(NamedTuple):
    """A part of a condition: its name, what the paths through it have from it, and whether it has to remember."""

    name: str
    mark: int
    remembers: bool


class AutomationEvaluator:
    """One evaluation of the conditions of some assets and checks, at the moment ``now`` (seconds since the epoch).

    ``conditions`` says what to evaluate. Within :func:`partition_loading_context` dynamic partitions are known.

    >>> AutomationEvaluator(automation, conditions, view, AutomationCursor(), now=0.0).evaluate()  # doctest: +SKIP
    """

    def __init__(
        self,
        automation: AutomationGraph,
        conditions: Mapping[Entity, AutomationCondition],
        view: AutomationView,
        cursor: AutomationCursor,
        *,
        now: float,
        sensor: str = "",
    ) -> None:
        self._order = automation.order
        self._graph = automation.graph
        self._known_conditions = automation.conditions
        self._slices = AutomationSlices(automation.graph, automation.partitions)
        self._conditions = conditions
        self._view = view
        self._before = cursor
        self._now = now
        self._sensor = sensor
        self._requested: dict[Entity, Slices] = {}
        self._entities: dict[str, EntityMemory] = {}
        self._memories: dict[str, NodeMemory] = {}
        self._selected: dict[str, frozenset[AssetKey]] = {}
        # Thousands of assets share a condition: what is worked out of one is kept by its identity.
        self._parts: dict[int, _Part] = {}
        self._fingerprints: dict[int, str] = {}
        self._names: dict[Entity, _Part] = {}

    def evaluate(self) -> AutomationOutcome:
        """What is to be made now."""
        moment = datetime.datetime.fromtimestamp(self._now, datetime.UTC)
        evaluated: list[tuple[Entity, EvaluatedNode]] = []
        failures: list[str] = []
        with partition_loading_context(effective_dt=moment):
            for entity in self._order.sorted(self._conditions):
                try:
                    evaluated.append((entity, self._evaluate_entity(entity)))
                except DagsterError as error:
                    failures.append(f"{entity_name(entity)}: {error}")
        number = self._before.number + 1
        cursor = AutomationCursor(
            number=number,
            at=self._now,
            event_number=self._view.event_number,
            entities=self._with_requested(),
        )
        evaluations = [self._build_evaluation(entity, node, number) for entity, node in evaluated]
        return AutomationOutcome(self._requested, evaluations, cursor, failures)

    def _evaluate_entity(self, entity: Entity) -> EvaluatedNode:
        condition = self._conditions[entity]
        self._memories = {}
        place = _Place(entity, entity, 0)
        found = self._ask(place, 0, condition, self._universe(place))
        self._request(entity, found.true)
        self._entities[entity_name(entity)] = EntityMemory(
            condition=self._fingerprint(condition), nodes=self._memories
        )
        return found.node

    def _with_requested(self) -> dict[str, EntityMemory]:
        """What the next evaluation has to know of each: also of what is only made together with something else."""
        found = dict(self._entities)
        for entity, true in self._requested.items():
            known = found.get(entity_name(entity), _MEMORY)
            found[entity_name(entity)] = EntityMemory(
                condition=known.condition, nodes=known.nodes, requested=_listed(true)
            )
        return found

    def _request(self, entity: Entity, true: Slices) -> None:
        """What one asset wants is made with what can only be made together with it."""
        if not true:
            return
        for each in self._order.made_with(entity):
            self._requested[each] = self._requested.get(each, NOTHING) | true

    def _build_evaluation(self, entity: Entity, node: EvaluatedNode, number: int) -> AutomationEvaluation:
        requested = self._requested.get(entity, NOTHING)
        return AutomationEvaluation(
            sensor=self._sensor,
            number=number,
            at=self._now,
            entity=entity_name(entity),
            requested=len(requested),
            partitions=[each for each in _listed(requested) if each is not None][:_SHOWN_PARTITIONS],
            condition=node,
        )

    # -- what was before ------------------------------------------------------------------------------------------

    def _memory(self, entity: Entity) -> EntityMemory | None:
        return self._before.entities.get(self._named(entity).name)

    def _recall(self, place: _Place) -> NodeMemory | None:
        memory = self._memory(place.root)
        return memory.nodes.get(place.key) if memory is not None else None

    def _recall_slices(self, place: _Place) -> Slices:
        known = self._recall(place)
        return frozenset(known.slices) if known is not None else NOTHING

    def _remember(self, place: _Place, slices: Slices) -> None:
        self._memories[place.key] = NodeMemory(slices=_listed(slices))

    def _seen_at(self, place: _Place) -> float | None:
        """When the condition was evaluated before; None for the first time."""
        memory = self._memory(place.root)
        return self._before.at if memory is not None and memory.condition else None

    # -- asking ---------------------------------------------------------------------------------------------------

    def _universe(self, place: _Place) -> Slices:
        """All that may be asked of an asset or check. Outside of the window of its own condition nothing can be asked for:
        thirty years of hours need not be looked at."""
        if place.entity == place.root:
            window = _window_of(self._conditions[place.root])
            if window is not None:
                return self._slices.latest(place.root, window.lookback_seconds, self._now)
        return self._slices.all(place.entity)

    def _ask(self, place: _Place, index: int, condition: AutomationCondition, candidates: Slices) -> _Found:
        """Of which of the candidates a condition is true."""
        part = self._part(condition)
        target = self._named(place.entity)
        if not candidates and not part.remembers:
            shallow = [self._shallow(each) for each in condition.children] if part.name == "NOT" else []
            return _Found(
                NOTHING,
                EvaluatedNode(name=part.name, label=condition.label, candidates=0, children=shallow),
            )
        inner = place._replace(path=_step(place.path, index, part.mark, target.mark))
        true, children = self._evaluate(inner, condition, candidates)
        node = EvaluatedNode(
            name=part.name,
            label=condition.label,
            candidates=len(candidates),
            true=len(true),
            target=target.name if place.entity != place.root else None,
            children=children,
        )
        return _Found(true, node)

    def _part(self, condition: AutomationCondition) -> _Part:
        known = self._parts.get(id(condition))
        if known is None:
            name = condition.name
            remembers = isinstance(condition, (Since, NewlyTrue)) or name in _REMEMBERING
            remembers = remembers or any(self._part(each).remembers for each in condition.children)
            known = self._parts[id(condition)] = _Part(name, zlib.crc32(name.encode()), remembers)
        return known

    def _shallow(self, condition: AutomationCondition) -> EvaluatedNode:
        return EvaluatedNode(name=self._part(condition).name, label=condition.label, candidates=0)

    def _named(self, entity: Entity) -> _Part:
        known = self._names.get(entity)
        if known is None:
            name = entity_name(entity)
            known = self._names[entity] = _Part(name, zlib.crc32(name.encode()), False)
        return known

    def _fingerprint(self, condition: AutomationCondition) -> str:
        if id(condition) not in self._fingerprints:
            self._fingerprints[id(condition)] = f"{zlib.crc32(_spelled(condition).encode()):x}"
        return self._fingerprints[id(condition)]

    def _evaluate(
        self, place: _Place, condition: AutomationCondition, candidates: Slices
    ) -> tuple[Slices, list[EvaluatedNode]]:
        match condition:
            case AllOf(operands=operands):
                return self._all_of(place, operands, candidates)
            case AnyOf(operands=operands):
                found = [self._ask(place, index, each, candidates) for index, each in enumerate(operands)]
                return NOTHING.union(*(each.true for each in found)), [each.node for each in found]
            case NotTrue(operand=operand):
                inner = self._ask(place, 0, operand, candidates)
                return candidates - inner.true, [inner.node]
            case NewlyTrue(operand=operand):
                # All of it is asked, so that what is no candidate now is not new later.
                inner = self._ask(place, 0, operand, self._universe(place))
                newly = inner.true - self._recall_slices(place)
                self._remember(place, inner.true)
                return candidates & newly, [inner.node]
            case Since():
                return self._since(place, condition, candidates)
            case AssetMatches(key=key, operand=operand):
                inner = self._ask_of(place, key, operand, candidates)
                return inner.true, [inner.node]
            case Deps():
                return self._deps(place, condition, candidates)
            case Checks():
                return self._checks(place, condition, candidates)
            case DownstreamConditions():
                below = self._downstream_conditions(place.entity)
                found = [self._ask(place, index, each, candidates) for index, each in enumerate(below)]
                return NOTHING.union(*(each.true for each in found)), [each.node for each in found]
        return self._fact(place, condition, candidates) & candidates, []

    def _all_of(
        self, place: _Place, operands: Sequence[AutomationCondition], candidates: Slices
    ) -> tuple[Slices, list[EvaluatedNode]]:
        nodes = []
        for index, each in enumerate(operands):  # each is asked, even about nothing: it may have to remember
            found = self._ask(place, index, each, candidates)
            candidates = candidates & found.true
            nodes.append(found.node)
        return candidates, nodes

    def _since(
        self, place: _Place, condition: Since, candidates: Slices
    ) -> tuple[Slices, list[EvaluatedNode]]:
        universe = self._universe(place)
        trigger = self._ask(place, 0, condition.trigger, universe)
        reset = self._ask(place, 1, condition.reset, universe)
        true = ((self._recall_slices(place) & universe) | trigger.true) - reset.true
        true |= self._updated_after_tick(place, condition) & trigger.true
        self._remember(place, true)
        return candidates & true, [trigger.node, reset.node]

    def _updated_after_tick(self, place: _Place, condition: Since) -> Slices:
        """What was updated after a tick that passed in the same stretch of time: the tick does not undo it."""
        reset, trigger = condition.reset, condition.trigger
        if not isinstance(reset, CronTickPassed) or trigger.name != "newly_updated":
            return NOTHING
        tick = last_tick(reset.cron_schedule, reset.cron_timezone, self._now)
        updates = self._view.updates(place.entity, self._before.event_number)
        return frozenset(each for each, those in updates.items() if tick is not None and those[-1].at > tick)

    # -- other assets and checks ----------------------------------------------------------------------------------

    def _ask_of(
        self, place: _Place, other: AssetKey, condition: AutomationCondition, candidates: Slices
    ) -> _Found:
        """Ask a condition of another asset; true are the candidates that belong to slices of which it is."""
        asked = self._slices.map(place.entity, other, candidates)
        found = self._ask(place._replace(entity=other, dependent=place.entity), 0, condition, asked)
        return _Found(self._slices.map(other, place.entity, found.true) & candidates, found.node)

    def _deps(self, place: _Place, condition: Deps, candidates: Slices) -> tuple[Slices, list[EvaluatedNode]]:
        keys = self._narrowed(self._order.deps_of(place.entity), condition)
        found = [self._ask_of(place, key, condition.operand, candidates) for key in keys]
        return _combined(condition.every, found, candidates), [each.node for each in found]

    def _checks(
        self, place: _Place, condition: Checks, candidates: Slices
    ) -> tuple[Slices, list[EvaluatedNode]]:
        asset = place.entity.asset_key if isinstance(place.entity, AssetCheckKey) else place.entity
        keys = [
            key
            for key in self._order.checks_of(asset)
            if self._graph.checks[key].blocking or not condition.blocking_only
        ]
        chosen = set(self._narrowed([key.asset_key for key in keys], condition))
        found = []
        for key in keys:
            if key.asset_key in chosen:
                inner = self._ask(place._replace(entity=key), 0, condition.operand, WHOLE)
                found.append(_Found(candidates if inner.true else NOTHING, inner.node))
        return _combined(condition.every, found, candidates), [each.node for each in found]

    def _narrowed(self, keys: Collection[AssetKey], condition: Deps | Checks) -> list[AssetKey]:
        chosen = list(dict.fromkeys(keys))
        if condition.allow_selection is not None:
            allowed = self._select(condition.allow_selection)
            chosen = [key for key in chosen if key in allowed]
        if condition.ignore_selection is not None:
            ignored = self._select(condition.ignore_selection)
            chosen = [key for key in chosen if key not in ignored]
        return chosen

    def _select(self, text: str) -> frozenset[AssetKey]:
        if text not in self._selected:
            found = AssetSelection.from_string(text, include_sources=True)
            self._selected[text] = frozenset(found.resolve(self._graph))
        return self._selected[text]

    def _downstream_conditions(self, entity: Entity) -> list[AutomationCondition]:
        """The conditions of what is below, each once; those that ask below themselves stand for what they find there."""
        found: dict[AutomationCondition, None] = {}
        key = entity.asset_key if isinstance(entity, AssetCheckKey) else entity
        for below in self._order.below(key):
            condition = self._known_conditions.get(below)
            if condition is not None and not _asks_below(condition):
                found[condition] = None
        return list(found)

    # -- facts ----------------------------------------------------------------------------------------------------

    def _fact(self, place: _Place, condition: AutomationCondition, candidates: Slices) -> Slices:
        match condition:
            case CronTickPassed():
                return candidates if self._tick_has_passed(place, condition) else NOTHING
            case InLatestTimeWindow(lookback_seconds=seconds):
                return self._slices.latest(place.entity, seconds, self._now)
            case RunTags():
                return self._with_run_tags(place, condition, candidates)
            case Operand(operand=name) if candidates or name == "code_version_changed":
                return self._operands[name](place, candidates)
            case Operand():
                return NOTHING  # about nothing, nothing is asked
        raise DagsterInvalidDefinitionError(
            f"The condition {condition} of {entity_name(place.root)} is of a class of its own, which only its code can "
            "evaluate. Build it of those that AutomationCondition offers, or write a sensor."
        )

    def _tick_has_passed(self, place: _Place, condition: CronTickPassed) -> bool:
        seen_at = self._seen_at(place)
        tick = last_tick(condition.cron_schedule, condition.cron_timezone, self._now)
        return seen_at is not None and tick is not None and seen_at < tick

    @cached_property
    def _operands(self) -> Mapping[str, Callable[[_Place, Slices], Slices]]:
        view = self._view
        return {
            "missing": self._missing,
            "run_in_progress": lambda place, _: view.running(place.entity),
            "backfill_in_progress": lambda place, _: view.backfilling(place.entity),
            "execution_failed": lambda place, _: view.failed(place.entity),
            "newly_updated": lambda place, _: self._updated(place),
            "data_version_changed": lambda place, _: self._updated(place, changed_only=True),
            "newly_requested": lambda place, _: frozenset((self._memory(place.entity) or _MEMORY).requested),
            "will_be_requested": lambda place, _: self._will_be_requested(place),
            "code_version_changed": self._code_version_changed,
            "initial_evaluation": self._initial_evaluation,
            "executed_with_root_target": self._with_root_target,
            "updated_after_dependent": self._updated_after_dependent,
            "check_passed": lambda place, given: given if self._check(place) is True else NOTHING,
            "check_failed": lambda place, given: given if self._check(place) is False else NOTHING,
            "freshness_passed": self._freshness(FreshnessStatus.FRESH),
            "freshness_warned": self._freshness(FreshnessStatus.WARNING),
            "freshness_failed": self._freshness(FreshnessStatus.OVERDUE),
        }

    def _missing(self, place: _Place, candidates: Slices) -> Slices:
        entity = place.entity
        if isinstance(entity, AssetCheckKey):
            return candidates if self._view.newest_number(entity, None) is None else NOTHING
        node = self._graph.nodes.get(entity)
        if node is None or not node.is_executable:
            return NOTHING
        return candidates - self._view.made(entity)

    def _check(self, place: _Place) -> bool | None:
        assert isinstance(place.entity, AssetCheckKey), "asked of checks only"
        return self._view.check_passed(place.entity)

    def _updated(self, place: _Place, *, changed_only: bool = False) -> Slices:
        if self._seen_at(place) is None:
            return NOTHING
        updates = self._view.updates(place.entity, self._before.event_number)
        if isinstance(place.entity, AssetCheckKey):
            return frozenset(updates)
        node = self._graph.nodes.get(place.entity)
        if changed_only or (node is not None and node.kind == "observable"):
            return self._changed(place.entity, updates)
        return frozenset(updates)

    def _changed(self, key: AssetKey, updates: Mapping[Slice, Sequence[Update]]) -> Slices:
        """What of an asset has another data version than before, or one that nobody has told."""
        changed = set()
        for each, those in updates.items():
            now = those[-1].data_version
            if now is None or now != self._view.version_before(key, each, those[0].number):
                changed.add(each)
        return frozenset(changed)

    def _will_be_requested(self, place: _Place) -> Slices:
        requested = self._requested.get(place.entity, NOTHING)
        if requested and self._slices.in_one_run(place.root, place.entity):
            return requested
        return NOTHING

    def _code_version_changed(self, place: _Place, candidates: Slices) -> Slices:
        node = self._graph.nodes.get(place.entity) if isinstance(place.entity, AssetKey) else None
        now = node.code_version if node is not None else None
        before = self._recall(place)
        self._memories[place.key] = NodeMemory(text=now)
        return (
            candidates if before is not None and before.text is not None and before.text != now else NOTHING
        )

    def _initial_evaluation(self, place: _Place, candidates: Slices) -> Slices:
        memory = self._memory(place.root)
        known = memory is not None and memory.condition == self._fingerprint(self._conditions[place.root])
        return NOTHING if known else candidates

    def _with_root_target(self, place: _Place, candidates: Slices) -> Slices:
        root = place.root.asset_key if isinstance(place.root, AssetCheckKey) else place.root
        runs = {each: self._view.newest_run(place.entity, each) for each in candidates}
        return frozenset(each for each, run in runs.items() if run and root in (run.asset_selection or ()))

    def _updated_after_dependent(self, place: _Place, candidates: Slices) -> Slices:
        dependent = place.dependent or place.root
        later = set()
        for each in candidates:
            own = self._view.newest_number(place.entity, each)
            others = self._slices.map(place.entity, dependent, frozenset({each}))
            made = [self._view.newest_number(dependent, other) or 0 for other in others]
            if own is not None and own > max(made, default=0):
                later.add(each)
        return frozenset(later)

    def _with_run_tags(self, place: _Place, condition: RunTags, candidates: Slices) -> Slices:
        if condition.updates == "executed_with_tags":
            runs = {each: self._view.newest_run(place.entity, each) for each in candidates}
            return frozenset(each for each, run in runs.items() if run and condition.fits(run.tags))
        if self._seen_at(place) is None:
            return NOTHING
        test = any if condition.updates == "any_new_update_has_run_tags" else all
        updates = self._view.updates(place.entity, self._before.event_number)
        found = set()
        for each, those in updates.items():
            made_by = [self._view.run(update.run_id) for update in those]
            if test(run is not None and condition.fits(run.tags) for run in made_by):
                found.add(each)
        return frozenset(found)

    def _freshness(self, status: FreshnessStatus) -> Callable[[_Place, Slices], Slices]:
        def ask(place: _Place, candidates: Slices) -> Slices:
            key = place.entity.asset_key if isinstance(place.entity, AssetCheckKey) else place.entity
            return candidates if self._view.freshness(key) is status else NOTHING

        return ask


def _combined(every: bool, found: Sequence[_Found], candidates: Slices) -> Slices:
    if every:
        return candidates.intersection(*(each.true for each in found))
    return NOTHING.union(*(each.true for each in found)) & candidates


def _window_of(condition: AutomationCondition) -> InLatestTimeWindow | None:
    """The time window outside of which the condition is never true."""
    if isinstance(condition, InLatestTimeWindow):
        return condition
    if isinstance(condition, AllOf):
        return next((found for each in condition.operands if (found := _window_of(each))), None)
    return None


def _asks_below(condition: AutomationCondition) -> bool:
    return isinstance(condition, DownstreamConditions) or any(map(_asks_below, condition.children))


def _spelled(condition: AutomationCondition) -> str:
    return f"{condition.name}({','.join(map(_spelled, condition.children))})"


def _step(path: int, index: int, *marks: int) -> int:
    """The path of a part inside another one: a number that is the same in every process."""
    for mark in (index, *marks):
        path = ((path ^ mark) * 0x01000193 + 1) & 0xFFFFFFFFFFFF
    return path


def _listed(slices: Slices) -> list[str | None]:
    return list(slices) if len(slices) < 2 else sorted(slices, key=lambda each: each or "")
