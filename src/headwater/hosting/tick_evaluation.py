"""Evaluate a schedule or sensor of loaded code, for somebody who has not loaded it."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.schedule_context import ScheduleEvaluationContext
from headwater.definitions.sensor_context import SensorEvaluationContext
from headwater.model.error_info import build_error_info
from headwater.model.run_request import TickResult
from headwater.model.tick import AutomationKind, TickAnswer, TickRequest


def evaluate_tick(repository: RepositoryDefinition, instance: Any, request: TickRequest) -> TickAnswer:
    """What the schedule or sensor wants; the error where it raises, whatever that is."""
    try:
        if request.kind is AutomationKind.SCHEDULE:
            return TickAnswer(result=_evaluate_schedule(repository, instance, request))
        return TickAnswer(result=_evaluate_sensor(repository, instance, request))
    except Exception as error:  # noqa: BLE001 - told to who asked, who records it
        return TickAnswer(error=build_error_info(error))


def _evaluate_schedule(repository: RepositoryDefinition, instance: Any, request: TickRequest) -> TickResult:
    definition = repository.get_schedule_def(request.automation.name)
    zone = ZoneInfo(definition.execution_timezone or "UTC")
    context = ScheduleEvaluationContext(
        instance,
        datetime.datetime.fromtimestamp(request.due_at, zone),
        resources=repository.resources,
        repository_def=repository,
        schedule_name=definition.name,
    )
    with context:
        return definition.evaluate_tick(context)


def _evaluate_sensor(repository: RepositoryDefinition, instance: Any, request: TickRequest) -> TickResult:
    definition = repository.get_sensor_def(request.automation.name)
    context = SensorEvaluationContext(
        last_tick_completion_time=request.last_ended_at,
        last_run_key=request.last_run_key,
        cursor=request.cursor,
        repository_def=repository,
        instance=instance,
        sensor_name=definition.name,
        resources=repository.resources,
        last_sensor_start_time=request.since,
    )
    with context:
        result: TickResult = definition.evaluate_tick(context)
        return result
