"""What the function of a schedule is told."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping
from typing import Any

from headwater.definitions.tick_context import TickContext
from headwater.model.errors import CheckError


class ScheduleEvaluationContext(TickContext):
    """The context of one tick of a schedule. In tests, :func:`build_schedule_context` makes one."""

    def __init__(
        self,
        instance: Any = None,
        scheduled_execution_time: datetime.datetime | None = None,
        *,
        resources: Mapping[str, Any] | None = None,
        repository_def: Any = None,
        schedule_name: str | None = None,
        log: logging.Logger | None = None,
    ) -> None:
        super().__init__(instance=instance, resources=resources, repository_def=repository_def, log=log)
        self._scheduled_execution_time = scheduled_execution_time
        self.schedule_name = schedule_name

    @property
    def scheduled_execution_time(self) -> datetime.datetime:
        """The time for which the tick is meant. Raises :class:`CheckError` when the context has none."""
        if self._scheduled_execution_time is None:
            raise CheckError(
                "This context was built without a time. Pass scheduled_execution_time=datetime(..., tzinfo=...)."
            )
        return self._scheduled_execution_time


def build_schedule_context(
    instance: Any = None,
    scheduled_execution_time: datetime.datetime | None = None,
    resources: Mapping[str, Any] | None = None,
    repository_def: Any = None,
    instance_ref: Any = None,
) -> ScheduleEvaluationContext:
    """A context for calling or evaluating a schedule in a test.

    Use it as a context manager where one of ``resources`` has a tear-down.

    >>> nightly(build_schedule_context(scheduled_execution_time=datetime(2024, 5, 6, tzinfo=UTC)))
    """
    return ScheduleEvaluationContext(
        instance if instance is not None else instance_ref,
        scheduled_execution_time,
        resources=resources,
        repository_def=repository_def,
    )
