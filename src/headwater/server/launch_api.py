"""What runs, by HTTP: launch, cancel, go on after a failure, run again."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.definitions.config_text import ConfigText, Place, read_config_text, write_config_text
from headwater.model.code_question import LaunchQuestion
from headwater.model.config_finding import ConfigFinding
from headwater.model.errors import ConfigTextError
from headwater.model.event import new_run_id
from headwater.model.key import AssetKey
from headwater.model.partition import PARTITION_TAG
from headwater.model.run import GLOBAL_ASSET_JOB, DagsterRun, DagsterRunStatus
from headwater.planning.selection import AssetSelection
from headwater.server.answer import answer
from headwater.server.body import Nothing, read_body
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.redaction import config_to_edit, redact_run, redact_schema
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
    yaml: str | None = None
    tags: dict[str, str] = {}
    partition: str | None = None
    ops: list[str] | None = None

    def read_config(self) -> ConfigText:
        """The config, from ``yaml`` where it is given as text. Raises :class:`Refusal` for what is no YAML."""
        if self.yaml is None:
            return ConfigText(self.config, {})
        try:
            return read_config_text(self.yaml)
        except ConfigTextError as error:
            line, column = error.line, error.column
            place = Place(line, column, column + 1) if line is not None and column is not None else None
            raise Refusal(400, "InvalidYaml", str(error), facts={"place": place}) from error


class LookBody(LaunchBody, forbid_unknown_fields=True, kw_only=True):
    """What may run soon. ``with_schema``: answer with what config can hold, too; ``search`` keeps some partitions."""

    with_schema: bool = False
    search: str = ""


class AgainBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``from_failure``: only what the run has not committed; ``steps``: only these."""

    from_failure: bool = True
    steps: list[str] = []


class ShownFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A mistake in the config, and where it stands in the text that was given."""

    finding: ConfigFinding
    place: Place | None = None


class LaunchApi:
    """The routes that let runs begin and end."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        return [
            Route("/runs", self.launch, methods=["POST"]),
            Route("/launch", self.look, methods=["POST"]),
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
        run = self._build_run(body, body.read_config().config)
        supervisor.submit(run)
        return self._show(run.run_id, 201)

    async def look(self, request: Request) -> Response:
        """What a run would do, and nothing more: its steps, all that is wrong with its config, and what that can be."""
        Query(request)
        body = await read_body(request, LookBody)
        return await run_in_threadpool(self._look, body)

    def _look(self, body: LookBody) -> Response:
        supervisor, text = self._location.supervisor, body.read_config()
        run = self._build_run(body, text.config)
        question = LaunchQuestion(
            job_name=run.job_name,
            asset_selection=run.asset_selection,
            op_selection=run.op_selection,
            config=run.run_config,
            tags=run.tags,
            partition=body.partition,
            partition_search=body.search,
            with_schema=body.with_schema,
        )
        found = supervisor.look_at_launch(run.location, question)
        config = config_to_edit(found.config, found.config)
        example = config_to_edit(found.example or {}, found.config)
        return answer(
            location=run.location,
            job=run.job_name,
            assets=run.asset_selection,
            schema=redact_schema(found.schema),
            config=config,
            config_text=write_config_text(config),
            example=example,
            example_text=write_config_text(example),
            given=text.config,
            given_text=write_config_text(text.config),
            complete_text=write_config_text(config_to_edit(found.complete or {}, found.config)),
            findings=[_show_finding(each, text) for each in found.findings],
            steps=found.steps,
            partitions=found.partitions,
            error=found.error,
        )

    def _build_run(self, body: LaunchBody, config: dict[str, Any]) -> DagsterRun:
        chosen = [name for name in ("job", "assets", "select") if getattr(body, name) is not None]
        if len(chosen) != 1:
            raise Refusal(400, "InvalidBody", "Say one of: job, assets, select.")
        run = self._job_run(body) if body.job is not None else self._asset_run(body)
        return msgspec.structs.replace(run, run_config=config)

    def _job_run(self, body: LaunchBody) -> DagsterRun:
        job = body.job or ""
        return _build_run(body, job_name=job, location=self._location.location_of_job(job, body.location))

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
        """Queue a run like an earlier one: what it has not committed, some of its steps, or all of it."""
        Query(request)
        body = await read_body(request, AgainBody)
        supervisor, run_id = self._location.supervisor, request.path_params["run_id"]

        def again() -> Response:
            from_failure = body.from_failure and not body.steps
            again = supervisor.run_again(run_id, from_failure=from_failure, steps=body.steps)
            return self._show(again.run_id, 201)

        return await run_in_threadpool(again)

    def _show(self, run_id: str, status: int = 200) -> Response:
        record = self._location.runs.get(run_id)
        assert record is not None
        response = answer(run=redact_run(record))
        response.status_code = status
        return response


def _show_finding(finding: ConfigFinding, text: ConfigText) -> ShownFinding:
    """A mistake at its place; a field that is not known has a place, too, but no path of its own."""
    path = (*finding.path, finding.found) if finding.reason == "unknown" else finding.path
    return ShownFinding(finding=finding, place=text.place_of(path))


def _build_run(
    body: LaunchBody, *, job_name: str, location: str, keys: list[AssetKey] | None = None
) -> DagsterRun:
    tags = {**body.tags, **({PARTITION_TAG: body.partition} if body.partition is not None else {})}
    return DagsterRun(
        run_id=new_run_id(),
        job_name=job_name,
        tags=tags,
        status=DagsterRunStatus.QUEUED,
        asset_selection=keys,
        op_selection=body.ops,
        location=location,
    )
