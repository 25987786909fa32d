"""One tick of a sensor of automation conditions: from its cursor to the runs that it asks for, and its next cursor."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from headwater.model.automation_evaluation import AutomationCursor, AutomationEvaluation
from headwater.model.codec import decode, encode
from headwater.model.manifest import SensorNode
from headwater.model.run_request import TickResult
from headwater.model.tick import TickRequest
from headwater.planning.automation_graph import AutomationGraph
from headwater.planning.automation_request import build_run_requests
from headwater.ports.storage import Storage
from headwater.services.automation_evaluation import evaluate_conditions


class AutomationTick(NamedTuple):
    """What a tick came to, and why."""

    result: TickResult
    evaluations: list[AutomationEvaluation]


def evaluate_automation_sensor(
    automation: AutomationGraph, node: SensorNode, storage: Storage, request: TickRequest
) -> AutomationTick:
    """What the conditions of a sensor want at the moment of ``request``. Nothing is recorded."""
    assert node.automation is not None
    before = read_cursor(request.cursor)
    conditions = automation.conditions_of(node.automation)
    outcome = evaluate_conditions(
        automation, conditions, storage, before, now=request.due_at, sensor=node.name
    )
    requests = build_run_requests(
        outcome.requested,
        automation.graph,
        number=outcome.cursor.number,
        run_tags=node.automation.run_tags,
        key=f"{request.since or 0.0:.3f}/{outcome.cursor.number}",
    )
    count = len(outcome.evaluations)
    result = TickResult(
        run_requests=requests,
        skip_message=None if requests else f"Nothing is to be made by {count} condition{'s'[: count != 1]}.",
        cursor=encode(outcome.cursor).decode(),
        failures=list(outcome.failures),
    )
    return AutomationTick(result, list(outcome.evaluations))


def read_cursor(text: str | None) -> AutomationCursor:
    """The cursor as it was recorded; one that somebody else has written begins anew."""
    try:
        return decode(text, AutomationCursor) if text else AutomationCursor()
    except (msgspec.ValidationError, msgspec.DecodeError):
        return AutomationCursor()
