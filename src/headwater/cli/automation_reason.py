"""Why an asset is made by itself, or is not, and how fresh it is, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headwater.cli.document import moment
from headwater.cli.metadata_text import INDENT
from headwater.cli.wording import moment_text
from headwater.hosting.code_location import CodeLocation
from headwater.instance.instance import DagsterInstance
from headwater.model.automation_evaluation import AutomationEvaluation, EvaluatedNode
from headwater.model.codec import to_builtins
from headwater.model.freshness_spec import FreshnessState
from headwater.model.key import AssetKey
from headwater.model.tick import AutomationId
from headwater.services.automation_record import AutomationRecord
from headwater.services.automation_state import is_running
from headwater.services.freshness_state import load_freshness


def automation_lines(
    location: CodeLocation, key: AssetKey, history: DagsterInstance, now: float
) -> list[str]:
    """How fresh the asset is, its condition, who evaluates it, and what the newest evaluation found."""
    lines = [*_freshness_lines(_freshness(location, key, history, now))]
    condition = location.repository.automation_conditions.get(key)
    if condition is not None:
        lines.append(f"Made by itself: {condition}{_sensor_text(location, key, history)}")
        newest = AutomationRecord(history.storage).find(location.name, key, limit=1)
        lines += _reason_lines(newest[0]) if newest else [f"{INDENT}not evaluated yet"]
    return lines


def automation_document(
    location: CodeLocation, key: AssetKey, history: DagsterInstance, now: float
) -> dict[str, Any]:
    """The same as a document: freshness, condition and the newest evaluations."""
    condition = location.repository.automation_conditions.get(key)
    evaluations = AutomationRecord(history.storage).find(location.name, key, limit=20)
    return {
        "freshness": to_builtins(_freshness(location, key, history, now)),
        "condition": str(condition) if condition is not None else None,
        "evaluations": [{**to_builtins(each), "at": moment(each.at)} for each in evaluations],
    }


def _freshness(
    location: CodeLocation, key: AssetKey, history: DagsterInstance, now: float
) -> FreshnessState | None:
    node = location.repository.asset_graph.nodes[key]
    return load_freshness([node], history.storage.event_log, now=now).get(key)


def _freshness_lines(state: FreshnessState | None) -> Iterator[str]:
    if state is not None:
        until = f", overdue at {moment_text(state.overdue_at)}" if state.overdue_at is not None else ""
        yield f"Freshness: {state.status.value}{until}"


def _sensor_text(location: CodeLocation, key: AssetKey, history: DagsterInstance) -> str:
    for node in location.manifest.sensors:
        if node.automation is not None and key in node.automation.assets:
            state = history.storage.schedules.state(AutomationId(location.name, node.name))
            if is_running(node, state):
                return f", by the sensor {node.name}"
            return f", by the sensor {node.name}, which is off: headwater sensor start {node.name}"
    return ""


def _reason_lines(evaluation: AutomationEvaluation) -> Iterator[str]:
    asked = "asked for" if evaluation.requested else "not asked for"
    runs = f" by run {', '.join(each[:8] for each in evaluation.run_ids)}" if evaluation.run_ids else ""
    count = f" ({evaluation.requested:,} partitions)" if evaluation.partitions else ""
    yield f"{INDENT}{asked}{count}{runs} at {moment_text(evaluation.at)}, because:"
    yield from _node_lines(evaluation.condition, INDENT * 2)


def _node_lines(node: EvaluatedNode, indent: str) -> Iterator[str]:
    if not node.candidates:
        yield f"{indent}-      {_title(node)}"  # nothing was left to ask about
        return
    many = f" ({node.true:,} of {node.candidates:,})" if node.candidates > 1 else ""
    mark = "true " if node.true else "false"
    yield f"{indent}{mark}  {_title(node)}{many}"
    for child in node.children:
        yield from _node_lines(child, indent + INDENT)


def _title(node: EvaluatedNode) -> str:
    words = {"AND": "all of", "OR": "any of", "NOT": "not", "SINCE": "since the second, the first"}
    if node.label is None and node.name == "NOT" and node.children and node.children[0].label is not None:
        return f"not {node.children[0].label}"
    return (node.label or words.get(node.name, node.name)) + (f" of {node.target}" if node.target else "")
