"""Runs over HTTP: the list, one with its steps and failures, its events, and what its steps printed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.errors import DagsterRunNotFoundError
from headwater.model.event import EventKind
from headwater.model.run import DagsterRunStatus, RunRecord, RunsFilter
from headwater.server.answer import answer
from headwater.server.location import Location
from headwater.server.printed_text import read_printed
from headwater.server.query import Query
from headwater.server.redaction import redact_run, without_config
from headwater.server.refusal import Refusal

_FAILURES = frozenset({EventKind.STEP_FAILURE, EventKind.RUN_FAILURE, EventKind.HOOK_ERRORED})
_MOST_FAILURES = 50  # a thousand failed steps mostly fail of one cause, and the events have them all
_FILTERS = ("status", "job", "tag", "created_after", "created_before")


class RunApi:
    """The routes that answer what has run."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        return [
            Route("/runs", self.list_runs),
            Route("/runs/counts", self.count_runs),
            Route("/runs/{run_id}", self.show_run),
            Route("/runs/{run_id}/events", self.list_events),
            Route("/runs/{run_id}/output", self.show_output),
        ]

    def list_runs(self, request: Request) -> Response:
        """Runs, newest first, page by page; by status, job, tags (``name=value``) and time where asked."""
        query = Query(request, "limit", "before", *_FILTERS)
        limit = query.read_limit(50)
        found = self._location.runs.find(
            _read_filter(query), limit=limit + 1, before=query.read_text("before")
        )
        return answer(
            runs=[without_config(record) for record in found[:limit]],
            next=found[limit - 1].dagster_run.run_id if len(found) > limit else None,
        )

    def count_runs(self, request: Request) -> Response:
        """How many runs of each status there are, among those that the other filters leave."""
        query = Query(request, *(name for name in _FILTERS if name != "status"))
        wanted = _read_filter(query)
        counts = {
            status.value: self._location.runs.count(_of_status(wanted, status)) for status in DagsterRunStatus
        }
        return answer(counts={name: count for name, count in counts.items() if count})

    def show_run(self, request: Request) -> Response:
        """One run, the state of its steps, and what failed in it."""
        Query(request)
        record = self._run(request)
        run_id = record.dagster_run.run_id
        log = self._location.event_log
        ends = log.run_events(run_id, limit=1, ascending=False)
        return answer(
            run=redact_run(record),
            steps=log.step_states(run_id),
            failures=log.run_events(run_id, kinds=_FAILURES, limit=_MOST_FAILURES),
            newest_event=ends[0].storage_id if ends else 0,
            has_code=self._has_code(record),
        )

    def _has_code(self, record: RunRecord) -> bool:
        """Whether the code that the run is of is here to run it again."""
        names = [state.name for state in self._location.states]
        return self._location.can_write and record.dagster_run.location in ("", *names)

    def list_events(self, request: Request) -> Response:
        """The events of a run, oldest first, page by page: of one ``step``, of some kinds, between two numbers.

        ``order=newest`` begins at the end; the page is still in the order of happening.
        """
        query = Query(request, "limit", "after", "before", "step", "kind", "order")
        limit = query.read_limit(200)
        kinds = query.read_members("kind", EventKind)
        newest = query.read_choice("order", "oldest", "newest") == "newest"
        events = self._location.event_log.run_events(
            self._run(request).dagster_run.run_id,
            after=query.read_number("after") or 0,
            before=query.read_number("before"),
            limit=limit + 1,
            step_key=query.read_text("step"),
            kinds=kinds or None,
            ascending=not newest,
        )
        page = events[:limit]
        more = page[-1].storage_id if len(events) > limit else None
        return answer(events=page[::-1] if newest else page, next=more)

    def show_output(self, request: Request) -> Response:
        """What the steps of a run print, from where the last answer ended (``cursor``); of one ``step`` or stream."""
        query = Query(request, "step", "stream", "cursor")
        record = self._run(request)
        folder = Path(self._location.instance.logs_directory(record.dagster_run.run_id))
        order = [state.step_key for state in self._location.event_log.step_states(record.dagster_run.run_id)]
        printed = read_printed(
            folder,
            order,
            cursor=query.read_text("cursor"),
            step=query.read_text("step"),
            stream=query.read_choice("stream", "", "stdout", "stderr") or None,
        )
        return answer(
            pieces=printed.pieces,
            next=printed.cursor,
            has_more=printed.has_more,
            ended=record.dagster_run.is_finished,
        )

    def _run(self, request: Request) -> RunRecord:
        run_id = request.path_params["run_id"]
        record = self._location.runs.get(run_id)
        if record is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        return record


def _read_filter(query: Query) -> RunsFilter:
    return RunsFilter(
        job_name=query.read_text("job"),
        statuses=query.read_members("status", DagsterRunStatus),
        tags=_read_tags(query),
        created_after=query.read_moment("created_after"),
        created_before=query.read_moment("created_before"),
    )


def _of_status(wanted: RunsFilter, status: DagsterRunStatus) -> RunsFilter:
    return RunsFilter(
        job_name=wanted.job_name,
        statuses=[status],
        tags=wanted.tags,
        created_after=wanted.created_after,
        created_before=wanted.created_before,
    )


def _read_tags(query: Query) -> Mapping[str, str | list[str]]:
    """``name=value`` each; several values of one name are alternatives."""
    tags: dict[str, Any] = {}
    for text in query.read_texts("tag"):
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Refusal(400, "InvalidParameter", f'"tag" is written name=value, not "{text}".')
        tags.setdefault(name, []).append(value)
    return tags
