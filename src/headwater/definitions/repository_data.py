"""A repository whose definitions a class answers for, instead of a list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.model.errors import DagsterInvariantViolationError
from headwater.model.key import AssetKey


class RepositoryData(ABC):
    """What a function decorated with ``@repository`` may return when its definitions are computed.

    ``get_all_jobs`` must be there; override what else the repository has. Everything is asked for once, when the
    repository is loaded, so that all faults are found together.

    >>> class Reports(RepositoryData):
    ...     def get_all_jobs(self):
    ...         return [build_report_job(country) for country in COUNTRIES]
    >>> @repository
    ... def reports():
    ...     return Reports()
    """

    @abstractmethod
    def get_all_jobs(self) -> Sequence[Any]:
        """Every job."""

    def get_all_schedules(self) -> Sequence[Any]:
        """Every schedule."""
        return []

    def get_all_sensors(self) -> Sequence[Any]:
        """Every sensor."""
        return []

    def get_assets_defs_by_key(self) -> Mapping[AssetKey, Any]:
        """The definition of each asset that is made here."""
        return {}

    def get_source_assets_by_key(self) -> Mapping[AssetKey, Any]:
        """The definition of each asset that is made elsewhere."""
        return {}

    def get_top_level_resources(self) -> Mapping[str, Any]:
        """The resources of all jobs and assets."""
        return {}

    def get_job_names(self) -> Sequence[str]:
        """The names of all jobs."""
        return [each.name for each in self.get_all_jobs()]

    def get_schedule_names(self) -> Sequence[str]:
        """The names of all schedules."""
        return [each.name for each in self.get_all_schedules()]

    def get_sensor_names(self) -> Sequence[str]:
        """The names of all sensors."""
        return [each.name for each in self.get_all_sensors()]

    def has_job(self, job_name: str) -> bool:
        """Whether there is a job of that name."""
        return job_name in self.get_job_names()

    def has_schedule(self, schedule_name: str) -> bool:
        """Whether there is a schedule of that name."""
        return schedule_name in self.get_schedule_names()

    def has_sensor(self, sensor_name: str) -> bool:
        """Whether there is a sensor of that name."""
        return sensor_name in self.get_sensor_names()

    def get_job(self, job_name: str) -> Any:
        """The job of that name. Raises :class:`DagsterInvariantViolationError`, naming those that there are."""
        return _named("job", job_name, self.get_all_jobs())

    def get_schedule(self, schedule_name: str) -> Any:
        """The schedule of that name. Raises :class:`DagsterInvariantViolationError`."""
        return _named("schedule", schedule_name, self.get_all_schedules())

    def get_sensor(self, sensor_name: str) -> Any:
        """The sensor of that name. Raises :class:`DagsterInvariantViolationError`."""
        return _named("sensor", sensor_name, self.get_all_sensors())

    def load_all_definitions(self) -> Sequence[Any]:
        """Everything that this repository has, except its resources."""
        assets = {**self.get_source_assets_by_key(), **self.get_assets_defs_by_key()}
        once = {id(each): each for each in assets.values()}
        return [*once.values(), *self.get_all_jobs(), *self.get_all_schedules(), *self.get_all_sensors()]


def _named(what: str, name: str, definitions: Iterable[Any]) -> Any:
    by_name = {each.name: each for each in definitions}
    if name not in by_name:
        there = ", ".join(by_name) or "none"
        raise DagsterInvariantViolationError(f'There is no {what} "{name}" here. There are: {there}.')
    return by_name[name]
