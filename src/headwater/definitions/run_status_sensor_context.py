"""What the function of a run-status sensor is told: the run, and the event by which it came to its status."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.tick_context import TickContext
from headwater.model.event import DagsterEventType, Event
from headwater.model.partition import PARTITION_TAG
from headwater.model.run import DagsterRun


class RunStatusSensorContext(TickContext):
    """The context of a run-status sensor for one run. In tests, :func:`build_run_status_sensor_context` makes one."""

    def __init__(
        self,
        sensor_name: str,
        dagster_run: DagsterRun,
        dagster_event: Event,
        instance: Any,
        context: Any = None,
        resource_defs: Mapping[str, Any] | None = None,
        logger: logging.Logger | None = None,
        partition_key: str | None = None,
        repository_def: Any = None,
    ) -> None:
        super().__init__(
            instance=instance,
            resources=resource_defs if resource_defs is not None else getattr(context, "resource_defs", None),
            repository_def=repository_def,
            log=logger,
        )
        self.sensor_name = sensor_name
        self.dagster_run = dagster_run
        self.dagster_event = dagster_event
        self.partition_key = partition_key or dagster_run.tags.get(PARTITION_TAG)

    def for_run_failure(self) -> RunFailureSensorContext:
        """The same, for a function that expects a failed run."""
        return RunFailureSensorContext(
            self.sensor_name,
            self.dagster_run,
            self.dagster_event,
            self.instance,
            resource_defs=self.resource_defs,
            logger=self._log,
            partition_key=self.partition_key,
            repository_def=self._repository_def,
        )


class RunFailureSensorContext(RunStatusSensorContext):
    """The context of a run-failure sensor for one failed run."""

    @property
    def failure_event(self) -> Event:
        """The event that says how the run failed."""
        return self.dagster_event

    def get_step_failure_events(self) -> Sequence[Event]:
        """The failures of the run's steps, oldest first."""
        failures: Sequence[Event] = self.instance.all_logs(
            self.dagster_run.run_id, of_type=DagsterEventType.STEP_FAILURE
        )
        return failures


def build_run_status_sensor_context(
    sensor_name: str,
    dagster_event: Event,
    dagster_instance: Any,
    dagster_run: DagsterRun,
    context: Any = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    *,
    repository_def: Any = None,
) -> RunStatusSensorContext:
    """A context for calling a run-status sensor in a test; ``.for_run_failure()`` makes the one of a failure sensor.

    >>> result = a_job.execute_in_process(instance=instance)
    >>> build_run_status_sensor_context("alarm", result.get_run_success_event(), instance, result.dagster_run)
    """
    return RunStatusSensorContext(
        sensor_name,
        dagster_run,
        dagster_event,
        dagster_instance,
        context,
        resources,
        partition_key=partition_key,
        repository_def=repository_def,
    )
