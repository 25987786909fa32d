"""How a schedule or sensor stands: whether it is on, from when on it counts, and what to ask of it."""

from __future__ import annotations

import msgspec

from headwater.model.manifest import ScheduleNode, SensorNode
from headwater.model.tick import AutomationId, AutomationKind, AutomationState, TickRequest
from headwater.planning.schedule_time import next_time
from headwater.ports.schedule_store import ScheduleStore

RUNNING = "RUNNING"


def is_running(node: ScheduleNode | SensorNode, state: AutomationState | None) -> bool:
    """Whether it is on: as a user has said, else as its definition says."""
    if state is not None and state.switched is not None:
        return state.switched
    return node.default_status == RUNNING


def definition_text(node: ScheduleNode | SensorNode) -> str:
    """What of a definition decides when it is due: changed, it counts anew."""
    if isinstance(node, ScheduleNode):
        return f"{' | '.join(node.cron_schedules)} {node.timezone}"
    return ""


def kind_of(node: ScheduleNode | SensorNode) -> AutomationKind:
    """Which of the two it is."""
    return AutomationKind.SCHEDULE if isinstance(node, ScheduleNode) else AutomationKind.SENSOR


def build_preview(
    automation: AutomationId,
    node: ScheduleNode | SensorNode,
    state: AutomationState | None,
    now: float,
    at: float | None = None,
) -> TickRequest:
    """What to ask for a look at what it would do: at ``at``, or at the next tick of a schedule, a sensor now."""
    if at is None and isinstance(node, ScheduleNode):
        at = next_time(node.cron_schedules, node.timezone, now)
    known = state or AutomationState(automation=automation)
    return known.request(kind_of(node), now if at is None else float(at))


def settle(
    store: ScheduleStore,
    automation: AutomationId,
    node: ScheduleNode | SensorNode,
    state: AutomationState | None,
    now: float,
) -> AutomationState:
    """The state of one that is on. When it is new, or its times are others than before, it counts from now on."""
    text = definition_text(node)
    if state is not None and state.since and state.definition == text:
        return state
    known = state or AutomationState(automation=automation)
    settled = msgspec.structs.replace(known, since=now, definition=text)
    store.save_state(settled)
    return settled


def switch(
    store: ScheduleStore,
    automation: AutomationId,
    node: ScheduleNode | SensorNode,
    on: bool | None,
    now: float,
) -> AutomationState:
    """Switch it on or off; None: let its definition decide again."""
    known = store.state(automation) or AutomationState(automation=automation)
    was_on = is_running(node, known)
    changed = msgspec.structs.replace(known, switched=on)
    if is_running(node, changed) and not was_on:
        changed = msgspec.structs.replace(changed, since=now, definition=definition_text(node))
    store.save_state(changed)
    return changed
