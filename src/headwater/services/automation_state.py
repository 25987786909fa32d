"""Whether a schedule or sensor is on, and from when on it counts."""

from __future__ import annotations

import msgspec

from headwater.model.manifest import ScheduleNode, SensorNode
from headwater.model.tick import AutomationId, AutomationState
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
