"""The code location and its instance over HTTP: jobs, schedules, where the history is."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.manifest import JobNode
from headwater.model.run import DagsterRunStatus, RunsFilter
from headwater.ports.code_host import LocationState
from headwater.server.answer import answer
from headwater.server.body import Nothing, read_body
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.redaction import without_config
from headwater.server.refusal import refuse_unknown

_AT_WORK = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


class LocationApi:
    """The routes that answer what the definitions hold beside assets."""

    def __init__(self, location: Location, *, may_show_values: bool = False) -> None:
        self._location = location
        self._may_show_values = may_show_values

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        return [
            Route("/jobs", self.list_jobs),
            Route("/schedules", self.list_schedules),
            Route("/locations", self.list_locations),
            Route("/locations/{name}/reload", self.reload, methods=["POST"]),
            Route("/instance", self.show_instance),
            Route("/services", self.show_services),
        ]

    def list_jobs(self, request: Request) -> Response:
        """Every job with its newest run. The graph of ops stays out: its config may hold defaults."""
        Query(request)
        return answer(jobs=[self._with_newest_run(job) for job in self._location.manifest.jobs])

    def _with_newest_run(self, job: JobNode) -> dict[str, Any]:
        newest = self._location.runs.find(RunsFilter(job_name=job.name), limit=1)
        return {
            "job": msgspec.structs.replace(job, graph=None),
            "kind": "assets" if job.graph is None else "graph",
            "newest_run": without_config(newest[0]) if newest else None,
        }

    def list_schedules(self, request: Request) -> Response:
        """Every schedule."""
        Query(request)
        return answer(schedules=self._location.manifest.schedules)

    def list_locations(self, request: Request) -> Response:
        """Every code location: since when it is loaded, and what is wrong with its code now."""
        Query(request)
        return answer(
            locations=[_describe(state) for state in self._location.states],
            can_write=self._location.can_write,
        )

    async def reload(self, request: Request) -> Response:
        """Load the code of a location anew. The answer does not wait for it."""
        Query(request)
        await read_body(request, Nothing)
        name = request.path_params["name"]
        known = [state.name for state in self._location.states]
        if name not in known:
            raise refuse_unknown("LocationNotFound", "code location", name, known)
        await run_in_threadpool(self._location.supervisor.reload, name)
        return answer(name=name)

    def show_instance(self, request: Request) -> Response:
        """Which Headwater this is, what it shows, and how much of it there is."""
        Query(request)
        return answer(
            version=version("headwater"),
            location=self._location.manifest.location,
            storage=self._location.instance.storage.location,
            number=self._location.newest_number(),
            assets=len(self._location.manifest.assets),
            runs=self._location.runs.count(),
            can_write=self._location.can_write,
            may_show_values=self._may_show_values,
        )

    def show_services(self, request: Request) -> Response:
        """How the services are, what waits in the queue and is at work, the limits, and the pools."""
        Query(request)
        supervisor = self._location.supervisor if self._location.can_write else None
        queued = RunsFilter(statuses=[DagsterRunStatus.QUEUED])
        at_work = RunsFilter(statuses=_AT_WORK)
        runs = self._location.runs
        return answer(
            services=supervisor.heartbeats if supervisor is not None else [],
            is_leading=supervisor.is_leading if supervisor is not None else False,
            queued=runs.count(queued),
            at_work=runs.count(at_work),
            most_runs=supervisor.limits.most_runs if supervisor is not None else None,
            tag_limits=supervisor.limits.tag_limits if supervisor is not None else [],
            pools=self._location.instance.get_pool_limits(),
        )


def _describe(state: LocationState) -> dict[str, Any]:
    return {
        "name": state.name,
        "loaded_at": state.loaded_at,
        "version": state.version,
        "is_loading": state.is_loading,
        "error": state.error,
        "assets": len(state.manifest.assets) if state.manifest is not None else 0,
        "jobs": len(state.manifest.jobs) if state.manifest is not None else 0,
        "schedules": len(state.manifest.schedules) if state.manifest is not None else 0,
        "sensors": len(state.manifest.sensors) if state.manifest is not None else 0,
        "resources": state.manifest.resources if state.manifest is not None else [],
    }
