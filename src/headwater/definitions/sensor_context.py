"""What the function of a sensor is told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from headwater.definitions.tick_context import TickContext


class SensorEvaluationContext(TickContext):
    """The context of one evaluation of a sensor. In tests, :func:`build_sensor_context` makes one.

    ``last_run_key`` is the key of the newest run that the sensor asked for; times are seconds since the epoch.
    """

    def __init__(
        self,
        instance_ref: Any = None,
        last_tick_completion_time: float | None = None,
        last_run_key: str | None = None,
        cursor: str | None = None,
        log_key: Any = None,
        repository_name: str | None = None,
        repository_def: Any = None,
        instance: Any = None,
        sensor_name: str | None = None,
        resources: Mapping[str, Any] | None = None,
        definitions: Any = None,
        last_sensor_start_time: float | None = None,
        *,
        log: logging.Logger | None = None,
    ) -> None:
        if repository_def is None and definitions is not None:
            repository_def = definitions.get_repository_def()
        super().__init__(
            instance=instance if instance is not None else instance_ref,
            resources=resources,
            repository_def=repository_def,
            log=log,
        )
        self.last_tick_completion_time = last_tick_completion_time
        self.last_run_key = last_run_key
        self.log_key = log_key
        self.sensor_name = sensor_name
        self.last_sensor_start_time = last_sensor_start_time
        self.cursor_updated = False
        self._cursor = cursor
        self._repository_name = repository_name

    @property
    def cursor(self) -> str | None:
        """The text that the last evaluation has left for this one, if it did."""
        return self._cursor

    def update_cursor(self, cursor: str | None) -> None:
        """Leave a text for the next evaluation. It is kept when the evaluation ends well."""
        self._cursor = cursor
        self.cursor_updated = True

    @property
    def last_completion_time(self) -> float | None:
        """When the last evaluation ended."""
        return self.last_tick_completion_time

    @property
    def is_first_tick_since_sensor_start(self) -> bool:
        """Whether the sensor has not been evaluated since it was switched on."""
        started, ticked = self.last_sensor_start_time, self.last_tick_completion_time
        return ticked is None or (started is not None and ticked < started)

    @property
    def repository_name(self) -> str | None:
        """The name of the definitions among which the sensor lives."""
        return self._repository_name or getattr(self._repository_def, "name", None)

    @property
    def has_repository(self) -> bool:
        """Whether the context knows the definitions among which the sensor lives."""
        return self._repository_def is not None


def build_sensor_context(
    instance: Any = None,
    cursor: str | None = None,
    repository_name: str | None = None,
    repository_def: Any = None,
    sensor_name: str | None = None,
    resources: Mapping[str, Any] | None = None,
    definitions: Any = None,
    instance_ref: Any = None,
    last_sensor_start_time: float | None = None,
) -> SensorEvaluationContext:
    """A context for calling or evaluating a sensor in a test.

    Use it as a context manager where one of ``resources`` has a tear-down.

    >>> build_sensor_context(cursor="41").cursor
    '41'
    """
    return SensorEvaluationContext(
        instance_ref,
        cursor=cursor,
        repository_name=repository_name,
        repository_def=repository_def,
        instance=instance,
        sensor_name=sensor_name,
        resources=resources,
        definitions=definitions,
        last_sensor_start_time=last_sensor_start_time,
    )
