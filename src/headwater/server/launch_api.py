"""What runs, by HTTP: launch, cancel, go on after a failure, run again."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.event import new_run_id
from headwater.model.key import AssetKey
from headwater.model.partition import PARTITION_TAG
from headwater.model.run import GLOBAL_ASSET_JOB, DagsterRun, DagsterRunStatus
from headwater.planning.selection import AssetSelection
from headwater.server.answer import answer
from headwater.server.body import Nothing, read_body
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.redaction import redact_run
from headwater.server.refusal import Refusal


class LaunchBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to run: a ``job``, some ``assets`` (keys as text, ``a/b``), or a ``select`` expression.

    ``location`` names the code location of a job where several have one of its name. ``upstream``: with everything that the
    assets are made from, as far as runs make it.
    """

    job: str | None = None
    assets: list[str] | None = None
    upstream: bool = False
    select: str | None = None
    location: str | None = None
    config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    partition: str | None = None
    ops: list[str] | None = None


class AgainBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``from_failure``: only what the run has not committed."""

    from_failure: bool = True


class LaunchApi:
    """The routes that let runs begin and end."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        return [
            Route("/runs", self.launch, methods=["POST"]),
            Route("/runs/{run_id}/cancel", self.cancel, methods=["POST"]),
            Route("/runs/{run_id}/again", self.run_again, methods=["POST"]),
        ]

    async def launch(self, request: Request) -> Response:
        """Queue a run. Answers with it; it begins as soon as the limits allow."""
        Query(request)
        body = await read_body(request, LaunchBody)
        return await run_in_threadpool(self._launch, body)

    def _launch(self, body: LaunchBody) -> Response:
        supervisor = self._location.supervisor
        chosen = [name for name in ("job", "assets", "select") if getattr(body, name) is not None]
        if len(chosen) != 1:
            raise Refusal(400, "InvalidBody", "Say one of: job, assets, select.")
        run = self._job_run(body) if body.job is not None else self._asset_run(body)
        supervisor.submit(run)
        return self._show(run.run_id, 201)

    def _job_run(self, body: LaunchBody) -> DagsterRun:
        found = [
            state.name
            for state in self._location.states
            if state.manifest is not None
            and any(job.name == body.job for job in state.manifest.jobs)
            and body.location in (None, state.name)
        ]
        if not found:
            raise Refusal(404, "JobNotFound", f'There is no job "{body.job}" in these definitions.')
        if len(found) > 1:
            raise Refusal(400, "SeveralLocations", f"Say which location: {', '.join(found)}.")
        return _build_run(body, job_name=body.job or "", location=found[0])

    def _asset_run(self, body: LaunchBody) -> DagsterRun:
        graph = self._location.asset_graph
        if body.select is not None:
            keys = {
                key
                for key in AssetSelection.from_coercible(body.select).resolve(graph)
                if graph.nodes[key].is_executable
            }
        else:
            keys = {self._location.resolve_asset(text).key for text in body.assets or ()}
            fixed = [key.to_user_string() for key in sorted(keys) if not graph.nodes[key].is_executable]
            if fixed:
                raise Refusal(
                    400, "NotExecutable", f"No run makes {', '.join(fixed)}: they are made elsewhere."
                )
            if body.upstream:
                keys = {key for key in graph.upstream(keys) if graph.nodes[key].is_executable}
        if not keys:
            raise Refusal(400, "NothingSelected", "No asset that a run can make is selected.")
        location = self._location.location_of(keys)
        return _build_run(body, job_name=GLOBAL_ASSET_JOB, location=location, keys=sorted(keys))

    async def cancel(self, request: Request) -> Response:
        """Cancel a run and wait for its end. One that has ended stays as it is."""
        Query(request)
        await read_body(request, Nothing)
        run_id = request.path_params["run_id"]
        await run_in_threadpool(self._location.supervisor.cancel, run_id)
        return await run_in_threadpool(self._show, run_id)

    async def run_again(self, request: Request) -> Response:
        """Queue a run like an earlier one: what it has not committed, or all of it."""
        Query(request)
        body = await read_body(request, AgainBody)
        supervisor, run_id = self._location.supervisor, request.path_params["run_id"]

        def again() -> Response:
            return self._show(supervisor.run_again(run_id, from_failure=body.from_failure).run_id, 201)

        return await run_in_threadpool(again)

    def _show(self, run_id: str, status: int = 200) -> Response:
        record = self._location.runs.get(run_id)
        assert record is not None
        response = answer(run=redact_run(record))
        response.status_code = status
        return response


def _build_run(
    body: LaunchBody, *, job_name: str, location: str, keys: list[AssetKey] | None = None
) -> DagsterRun:
    tags = {**body.tags, **({PARTITION_TAG: body.partition} if body.partition is not None else {})}
    return DagsterRun(
        run_id=new_run_id(),
        job_name=job_name,
        run_config=body.config,
        tags=tags,
        status=DagsterRunStatus.QUEUED,
        asset_selection=keys,
        op_selection=body.ops,
        location=location,
    )
