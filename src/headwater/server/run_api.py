"""Runs over HTTP: the list, one with its steps and failures, its events."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.errors import DagsterRunNotFoundError
from headwater.model.event import EventKind
from headwater.model.run import DagsterRunStatus, RunRecord, RunsFilter
from headwater.server.answer import answer
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.redaction import redact_run, without_config

_FAILURES = frozenset({EventKind.STEP_FAILURE, EventKind.RUN_FAILURE, EventKind.HOOK_ERRORED})
_MOST_FAILURES = 50  # a thousand failed steps mostly fail of one cause, and the events have them all


class RunApi:
    """The routes that answer what has run."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        return [
            Route("/runs", self.list_runs),
            Route("/runs/{run_id}", self.show_run),
            Route("/runs/{run_id}/events", self.list_events),
        ]

    def list_runs(self, request: Request) -> Response:
        """Runs, newest first, page by page; by status and job where asked."""
        query = Query(request, "limit", "before", "status", "job")
        limit = query.read_limit(50)
        wanted = RunsFilter(
            job_name=query.read_text("job"), statuses=query.read_members("status", DagsterRunStatus)
        )
        found = self._location.runs.find(wanted, limit=limit + 1, before=query.read_text("before"))
        return answer(
            runs=[without_config(record) for record in found[:limit]],
            next=found[limit - 1].dagster_run.run_id if len(found) > limit else None,
        )

    def show_run(self, request: Request) -> Response:
        """One run, the state of its steps, and what failed in it."""
        Query(request)
        record = self._run(request)
        run_id = record.dagster_run.run_id
        return answer(
            run=redact_run(record),
            steps=self._location.event_log.step_states(run_id),
            failures=self._location.event_log.run_events(run_id, kinds=_FAILURES, limit=_MOST_FAILURES),
        )

    def list_events(self, request: Request) -> Response:
        """The events of a run with numbers above ``after``, oldest first, page by page; of one ``step``."""
        query = Query(request, "limit", "after", "step")
        limit = query.read_limit(200)
        events = self._location.event_log.run_events(
            self._run(request).dagster_run.run_id,
            after=query.read_number("after") or 0,
            limit=limit + 1,
            step_key=query.read_text("step"),
        )
        return answer(
            events=events[:limit], next=events[limit - 1].storage_id if len(events) > limit else None
        )

    def _run(self, request: Request) -> RunRecord:
        run_id = request.path_params["run_id"]
        record = self._location.runs.get(run_id)
        if record is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        return record
