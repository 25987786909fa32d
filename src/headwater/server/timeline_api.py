"""The timeline over HTTP: what ran between two moments, job by job, and what is to come."""

from __future__ import annotations

import itertools
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.manifest import ScheduleNode
from headwater.model.run import RunsFilter
from headwater.planning.schedule_time import times_after
from headwater.server.answer import answer
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.refusal import Refusal
from headwater.services.automation_state import is_running

_MOST_RUNS = 2000
_MOST_COMING = 100
_USUAL_SECONDS = 6 * 3600.0
_MOST_SECONDS = 31 * 86_400.0


class TimelineApi:
    """The route of the timeline."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The route, below the address of the API."""
        return [Route("/timeline", self.show)]

    def show(self, request: Request) -> Response:
        """The runs that were recorded from ``from`` to ``to``, and when each schedule that is on is due until then."""
        query = Query(request, "from", "to")
        now = time.time()
        end = query.read_moment("to") or now + _USUAL_SECONDS / 6
        start = query.read_moment("from")
        start = end - _USUAL_SECONDS if start is None else start
        if not 0 < end - start <= _MOST_SECONDS:
            raise Refusal(400, "InvalidParameter", '"from" must be before "to", by 31 days at most.')
        wanted = RunsFilter(created_after=start, created_before=end)
        records = self._location.runs.find(wanted, limit=_MOST_RUNS + 1)
        return answer(
            now=now,
            runs=[
                {
                    "run_id": record.dagster_run.run_id,
                    "job": record.dagster_run.job_name,
                    "location": record.dagster_run.location,
                    "assets": record.dagster_run.asset_selection,
                    "status": record.dagster_run.status,
                    "created_at": record.created_at,
                    "start_time": record.start_time,
                    "end_time": record.end_time,
                }
                for record in records[:_MOST_RUNS]
            ],
            is_cut=len(records) > _MOST_RUNS,
            coming=self._coming(max(start, now), end),
        )

    def _coming(self, start: float, end: float) -> list[dict[str, Any]]:
        states = self._location.instance.storage.schedules.states()
        coming = []
        for automation, node in self._location.automations():
            if isinstance(node, ScheduleNode) and is_running(node, states.get(automation)):
                times = times_after(node.cron_schedules, node.timezone, start)
                due = list(
                    itertools.islice(itertools.takewhile(lambda each: each <= end, times), _MOST_COMING)
                )
                coming.append(
                    {
                        "location": automation.location,
                        "name": automation.name,
                        "job": node.job_name,
                        "at": due,
                    }
                )
        return coming
