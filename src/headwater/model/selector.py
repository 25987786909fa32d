"""Names of code locations and of what is in them, where a sensor watches what belongs to another location."""

from __future__ import annotations

from typing import Any, NamedTuple

from headwater.model.run import DagsterRun


class RepositorySelector(NamedTuple):
    """The definitions of a code location. It has one set of them: ``repository_name`` is kept and read by nobody."""

    location_name: str
    repository_name: str

    def selects(self, run: DagsterRun) -> bool:
        """Whether a run is of that location."""
        return run.location == self.location_name


class CodeLocationSelector(NamedTuple):
    """A code location, by its name.

    >>> CodeLocationSelector("reports").to_repository_selector().location_name
    'reports'
    """

    location_name: str

    def to_repository_selector(self) -> RepositorySelector:
        """The definitions of the location."""
        return RepositorySelector(self.location_name, "__repository__")

    def selects(self, run: DagsterRun) -> bool:
        """Whether a run is of that location."""
        return run.location == self.location_name


class JobSelector(NamedTuple):
    """A job of a code location: ``monitored_jobs=[JobSelector("reports", job_name="nightly")]`` watches its runs."""

    location_name: str
    repository_name: str | None = None
    job_name: str | None = None

    @property
    def repository_selector(self) -> RepositorySelector:
        """The definitions in which the job is."""
        return RepositorySelector(self.location_name, self.repository_name or "__repository__")

    def selects(self, run: DagsterRun) -> bool:
        """Whether a run is of that job."""
        return run.location == self.location_name and self.job_name in (None, run.job_name)


Selector = JobSelector | RepositorySelector | CodeLocationSelector


def is_selected(run: DagsterRun, monitored: Any) -> bool:
    """Whether a run is of what is monitored: something that is named by a selector, or a job by its own name."""
    if isinstance(monitored, (JobSelector, RepositorySelector, CodeLocationSelector)):
        return monitored.selects(run)
    return bool(run.job_name == monitored.name)
