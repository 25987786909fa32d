"""Backfills over HTTP: which there are, how far each is, what one would do; launched, paused, gone on with, canceled."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.backfill import (
    Backfill,
    BackfillCount,
    BackfillRequest,
    BackfillStatus,
    PartitionChoice,
    PartStatus,
)
from headwater.model.key import AssetKey
from headwater.planning.selection import AssetSelection
from headwater.server.answer import answer
from headwater.server.body import Nothing, read_body
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.redaction import redact_run_config
from headwater.server.refusal import Refusal
from headwater.services.backfill_control import BackfillControl
from headwater.services.backfill_launch import BackfillLauncher

_FEW_PARTS = 200
_MOST_RUNS = 10_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SOME = 100


class BackfillBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be filled: a ``job``, some ``assets`` (keys as text, ``a/b``), or a ``select`` expression.

    ``partitions`` or ``range`` (first and last key) name partitions; without both all are meant. ``choice`` takes all of
    those, the ``missing`` or the ``failed`` ones. ``id`` makes a launch that is sent twice count once.
    """

    job: str | None = None
    assets: list[str] | None = None
    select: str | None = None
    location: str | None = None
    partitions: list[str] | None = None
    range: tuple[str, str] | None = None
    choice: PartitionChoice = PartitionChoice.ALL
    tags: dict[str, str] = {}
    config: dict[str, Any] = {}
    most_runs: int | None = None
    title: str | None = None
    id: str | None = None


class AssetProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an asset is in a backfill: how many of its ``partitions`` stand how (1 where it has none)."""

    asset: AssetKey
    layer: int
    partitions: int
    waiting: int = 0
    queued: int = 0
    success: int = 0
    failure: int = 0
    blocked: int = 0
    canceled: int = 0


class ListedBackfill(msgspec.Struct, frozen=True, kw_only=True):
    """A backfill, and how many of its parts (one for each run) stand how."""

    backfill: Backfill
    counts: list[BackfillCount]


class BackfillApi:
    """The routes about backfills."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        one = "/backfills/{backfill_id}"
        return [
            Route("/backfills", self.list_backfills),
            Route("/backfills", self.launch_backfill, methods=["POST"]),
            Route("/backfills/plan", self.plan_backfill, methods=["POST"]),
            Route(one, self.show_backfill),
            Route(f"{one}/parts", self.list_parts),
            Route(f"{one}/pause", self.pause_backfill, methods=["POST"]),
            Route(f"{one}/resume", self.resume_backfill, methods=["POST"]),
            Route(f"{one}/retry", self.retry_backfill, methods=["POST"]),
            Route(f"{one}/cancel", self.cancel_backfill, methods=["POST"]),
        ]

    # -- looking ----------------------------------------------------------------------------------------------------

    def list_backfills(self, request: Request) -> Response:
        """Backfills, newest first, page by page; those of a status, of an asset or of a job."""
        query = Query(request, "limit", "before", "status", "asset", "job")
        limit, job, asset = query.read_limit(25), query.read_text("job"), query.read_text("asset")
        key = self._location.resolve_asset(asset).key if asset is not None else None
        statuses = query.read_members("status", BackfillStatus)
        found = self._find(limit + 1, query.read_number("before"), statuses, key, job)
        shown = found[:limit]
        return answer(backfills=self._listed(shown), next=shown[-1].number if len(found) > limit else None)

    def _find(
        self,
        limit: int,
        before: int | None,
        statuses: Sequence[BackfillStatus],
        key: AssetKey | None,
        job: str | None,
    ) -> list[Backfill]:
        store = self._location.instance.storage.backfills
        found: list[Backfill] = []
        while len(found) < limit:
            some = store.find(statuses=statuses, limit=_SOME, before=before)
            found += [
                each
                for each in some
                if (key is None or any(key in layer.assets for layer in each.layers))
                and (job is None or each.request.job_name == job)
            ]
            if len(some) < _SOME:
                break
            before = some[-1].number
        return found[:limit]

    def _listed(self, backfills: Sequence[Backfill]) -> list[ListedBackfill]:
        counts = self._location.instance.storage.backfills.counts([each.backfill_id for each in backfills])
        return [ListedBackfill(backfill=_shown(each), counts=counts[each.backfill_id]) for each in backfills]

    def show_backfill(self, request: Request) -> Response:
        """One backfill: what was asked for, how far each asset is, how its parts stand."""
        Query(request)
        return self._show(self._control.find(request.path_params["backfill_id"]))

    def list_parts(self, request: Request) -> Response:
        """The parts of a backfill (what each run makes), in order, page by page; ``status`` keeps some."""
        query = Query(request, "limit", "after", "status")
        limit = query.read_limit(100)
        backfill = self._control.find(request.path_params["backfill_id"])
        parts = self._location.instance.storage.backfills.parts(
            backfill.backfill_id,
            statuses=query.read_members("status", PartStatus),
            after=query.read_number("after"),
            limit=limit + 1,
        )
        return answer(parts=parts[:limit], next=parts[limit - 1].number if len(parts) > limit else None)

    # -- doing ------------------------------------------------------------------------------------------------------

    async def plan_backfill(self, request: Request) -> Response:
        """What a backfill would do: its layers of assets, how many runs, the first of its parts. Nothing is recorded."""
        Query(request)
        body = await read_body(request, BackfillBody)

        def plan() -> Response:
            asked = self._request(body)
            planned = self._launcher(asked).plan(asked, time.time())
            return answer(
                layers=planned.layers,
                runs=len(planned.parts),
                partitions=planned.partitions,
                parts=planned.parts[:_FEW_PARTS],
            )

        return await run_in_threadpool(plan)

    async def launch_backfill(self, request: Request) -> Response:
        """Record a backfill. Its first runs are queued at once."""
        Query(request)
        body = await read_body(request, BackfillBody)

        def launch() -> Response:
            supervisor = self._location.supervisor
            asked = self._request(body)
            backfill = self._launcher(asked).launch(asked, time.time(), body.id)
            supervisor.look_at_backfills()
            return self._show(backfill, 201)

        return await run_in_threadpool(launch)

    async def pause_backfill(self, request: Request) -> Response:
        """Begin no more runs of it; those that are in the queue or at work go on."""
        return await self._steer(request, "pause")

    async def resume_backfill(self, request: Request) -> Response:
        """Go on with one that is paused; with one that has failed or was canceled, do again what is not done."""
        return await self._steer(request, "resume")

    async def retry_backfill(self, request: Request) -> Response:
        """Do again what failed, was blocked by that, or was canceled; also while the rest goes on."""
        return await self._steer(request, "retry")

    async def cancel_backfill(self, request: Request) -> Response:
        """Begin no more runs of it, and cancel those that there are."""
        return await self._steer(request, "ask_to_cancel")

    async def _steer(self, request: Request, what: str) -> Response:
        Query(request)
        await read_body(request, Nothing)
        supervisor, backfill_id = self._location.supervisor, request.path_params["backfill_id"]

        def steer() -> Response:
            backfill: Backfill = getattr(self._control, what)(backfill_id)
            supervisor.look_at_backfills()
            return self._show(backfill)

        return await run_in_threadpool(steer)

    @property
    def _control(self) -> BackfillControl:
        return BackfillControl(self._location.instance.storage, self._location.instance.cancel_run)

    def _launcher(self, asked: BackfillRequest) -> BackfillLauncher:
        manifest = next(
            state.manifest
            for state in self._location.states
            if state.name == asked.location and state.manifest is not None
        )
        return BackfillLauncher(self._location.instance.storage, manifest)

    def _request(self, body: BackfillBody) -> BackfillRequest:
        if sum(each is not None for each in (body.job, body.assets, body.select)) != 1:
            raise Refusal(400, "InvalidBody", "Say one of: job, assets, select.")
        if body.partitions is not None and body.range is not None:
            raise Refusal(400, "InvalidBody", "Say partitions or range, not both.")
        if body.most_runs is not None and not 1 <= body.most_runs <= _MOST_RUNS:
            raise Refusal(400, "InvalidBody", f"most_runs is from 1 to {_MOST_RUNS:,}.")
        if body.id is not None and not _ID.fullmatch(body.id):
            raise Refusal(400, "InvalidBody", "An id has 1 to 64 letters, digits, hyphens and underscores.")
        assets = [] if body.job is not None else self._assets(body)
        return BackfillRequest(
            location=self._location.location_of_job(body.job, body.location)
            if body.job is not None
            else self._location.location_of(assets),
            assets=assets,
            job_name=body.job,
            partition_keys=body.partitions,
            partition_range=body.range,
            choice=body.choice,
            tags=body.tags,
            run_config=body.config,
            most_runs=body.most_runs,
            title=body.title,
        )

    def _assets(self, body: BackfillBody) -> list[AssetKey]:
        graph = self._location.asset_graph
        if body.select is not None:
            chosen = AssetSelection.from_coercible(body.select).resolve(graph)
            keys = sorted(key for key in chosen if graph.nodes[key].is_executable)
        else:
            keys = sorted({self._location.resolve_asset(text).key for text in body.assets or ()})
        if not keys:
            raise Refusal(400, "NothingSelected", "No asset that a run can make is selected.")
        return keys

    def _show(self, backfill: Backfill, status: int = 200) -> Response:
        counts = self._location.instance.storage.backfills.counts([backfill.backfill_id])
        own = counts[backfill.backfill_id]
        response = answer(backfill=_shown(backfill), counts=own, assets=build_progress(backfill, own))
        response.status_code = status
        return response


def _shown(backfill: Backfill) -> Backfill:
    """A backfill whose config may be shown."""
    config = redact_run_config(backfill.request.run_config)
    return msgspec.structs.replace(
        backfill, request=msgspec.structs.replace(backfill.request, run_config=config)
    )


def build_progress(backfill: Backfill, counts: Sequence[BackfillCount]) -> list[AssetProgress]:
    """How far each asset of a backfill is."""
    numbers: list[dict[str, int]] = [{} for _ in backfill.layers]
    for count in counts:
        layer = backfill.layers[count.layer]
        numbers[count.layer][count.status.value.lower()] = (
            count.partitions if layer.partitions else count.parts
        )
    return [
        AssetProgress(asset=key, layer=number, partitions=layer.partitions or layer.parts, **numbers[number])
        for number, layer in enumerate(backfill.layers)
        for key in layer.assets
    ]
