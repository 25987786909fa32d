"""One evaluation of automation conditions over the stores."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.model.automation_condition import AutomationCondition
from headwater.model.automation_evaluation import AutomationCursor, Entity
from headwater.planning.automation_evaluation import AutomationEvaluator, AutomationOutcome
from headwater.planning.automation_graph import AutomationGraph
from headwater.planning.partition_context import partition_loading_context
from headwater.ports.storage import Storage
from headwater.services.automation_view import StoredAutomationView
from headwater.services.known_partitions import KnownPartitions


def evaluate_conditions(
    automation: AutomationGraph,
    conditions: Mapping[Entity, AutomationCondition],
    storage: Storage,
    cursor: AutomationCursor,
    *,
    now: float,
    sensor: str = "",
) -> AutomationOutcome:
    """What some conditions want at ``now`` (seconds since the epoch). Nothing is recorded."""
    view = StoredAutomationView(automation, storage, now=now)
    with partition_loading_context(dynamic_partitions_store=KnownPartitions(storage.partitions)):
        evaluator = AutomationEvaluator(automation, conditions, view, cursor, now=now, sensor=sensor)
        return evaluator.evaluate()
