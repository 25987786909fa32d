"""The OpenAPI document of the API, made from the routes and from the types that travel through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.automation_evaluation import AutomationEvaluation
from headwater.model.backfill import (
    Backfill,
    BackfillCount,
    BackfillLayer,
    BackfillPart,
    BackfillStatus,
    PartStatus,
)
from headwater.model.code_question import JobPartitions, KeptVersion, PlannedStep, ValueAnswer, VersionDiff
from headwater.model.error_info import ErrorInfo
from headwater.model.event import EventKind, EventLogRecord
from headwater.model.freshness_spec import FreshnessStatus
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import AssetNode, JobNode, ResourceNode, ScheduleNode, SensorNode
from headwater.model.partition import BackfillPolicy
from headwater.model.partition_spec import PartitionsSpec
from headwater.model.run import DagsterRunStatus, RunRecord, StepState
from headwater.model.run_request import TickResult
from headwater.model.tick import Tick, TickStatus
from headwater.server.answer import answer
from headwater.server.asset_api import CheckStanding, HistoryKind
from headwater.server.asset_state import AssetState, AssetStatus
from headwater.server.automation_api import CursorBody, PreviewBody
from headwater.server.backfill_api import AssetProgress, BackfillBody, ListedBackfill
from headwater.server.body import Nothing
from headwater.server.bulk_api import BulkBody, BulkResult
from headwater.server.condition_api import ConditionSensor, ListedFreshness
from headwater.server.launch_api import AgainBody, LaunchBody, LookBody, ShownFinding
from headwater.server.partition_api import KeyOrder, ListedPartition, PartitionTotals
from headwater.server.partition_board import PartitionSpan, PartitionState
from headwater.server.printed_text import Piece
from headwater.server.version_api import RollbackBody
from headwater.services.loop import Heartbeat
from headwater.services.run_queue import TagLimit

_REFERENCE = "#/components/schemas/{name}"
_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 0}
_LIMIT: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 1000}
_JSON = "application/json"


class Operation(NamedTuple):
    """What a route takes and gives: the parameters of its query, the type of its body, the types in its answer."""

    query: Mapping[str, dict[str, Any]] = {}
    body: type | None = None
    gives: Mapping[str, Any] = {}
    status: int = 200
    streams: bool = False


class ListedAsset(msgspec.Struct):
    """An asset of the graph, with how it stands."""

    asset: AssetNode
    state: AssetState


class ListedJob(msgspec.Struct):
    """A job with its newest run."""

    job: JobNode
    kind: str
    newest_run: RunRecord | None


class ListedAutomation(msgspec.Struct):
    """A schedule or sensor, and how it stands."""

    location: str
    kind: str
    definition: dict[str, Any]  # ScheduleNode or SensorNode, as `kind` says
    running: bool
    switched: bool | None
    next_at: list[float]
    when: str
    cursor: str | None
    ticks: list[Tick]


class ListedLocation(msgspec.Struct):
    """A code location, and how its code stands."""

    name: str
    loaded_at: float | None
    version: int
    is_loading: bool
    error: ErrorInfo | None
    assets: int
    jobs: int
    schedules: int
    sensors: int
    resources: list[ResourceNode]


class TimelineRun(msgspec.Struct):
    """A run on the timeline."""

    run_id: str
    job: str
    location: str
    assets: list[AssetKey] | None
    status: DagsterRunStatus
    created_at: float
    start_time: float | None
    end_time: float | None


class ComingTicks(msgspec.Struct):
    """When a schedule is due."""

    location: str
    name: str
    job: str
    at: list[float]


def _members(members: Sequence[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": list(members)}}


_MOMENT: dict[str, Any] = {"type": "number", "minimum": 0}
_RUN_FILTERS: dict[str, dict[str, Any]] = {
    "job": _TEXT,
    "tag": {"type": "array", "items": _TEXT},
    "created_after": _MOMENT,
    "created_before": _MOMENT,
}
_RUN = {"run": RunRecord}
_VERSIONS = {
    "versions": list[KeptVersion],
    "diff": VersionDiff | None,
    "published": str | None,
    "error": ErrorInfo | None,
}
_SWITCHED = {"running": bool, "switched": bool | None}
_AUTOMATION = "/automations/{location}/{name}"
_BACKFILL = "/backfills/{backfill_id}"
_PROGRESS = {"backfill": Backfill, "counts": list[BackfillCount], "assets": list[AssetProgress]}

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/graph"): Operation(gives={"number": int, "assets": list[ListedAsset]}),
    ("GET", "/assets"): Operation(
        query={
            "limit": _LIMIT,
            "after": _TEXT,
            "group": _TEXT,
            "search": _TEXT,
            "status": _members([each.value for each in AssetStatus]),
        }
    ),
    ("GET", "/assets/{key}/history"): Operation(
        query={
            "limit": _LIMIT,
            "before": _NUMBER,
            "kind": {"type": "string", "enum": [each.value for each in HistoryKind]},
        },
        gives={"events": list[EventLogRecord], "next": int | None},
    ),
    ("GET", "/assets/{key}"): Operation(
        gives={
            "asset": AssetNode,
            "state": AssetState,
            "materialization": EventLogRecord | None,
            "observation": EventLogRecord | None,
            "upstream": list[AssetKey],
            "downstream": list[AssetKey],
            "checks": list[CheckStanding],
            "jobs": list[str],
        }
    ),
    ("GET", "/selection"): Operation(query={"select": _TEXT}, gives={"keys": list[AssetKey]}),
    ("GET", "/stream"): Operation(query={"after": _NUMBER}, streams=True),
    ("GET", "/runs/{run_id}/stream"): Operation(query={"after": _NUMBER}, streams=True),
    ("GET", "/runs"): Operation(
        query={
            "limit": _LIMIT,
            "before": _TEXT,
            **_RUN_FILTERS,
            "status": _members([each.value for each in DagsterRunStatus]),
        },
        gives={"runs": list[RunRecord], "next": str | None},
    ),
    ("GET", "/runs/counts"): Operation(query=_RUN_FILTERS, gives={"counts": dict[str, int]}),
    ("POST", "/runs/bulk"): Operation(body=BulkBody, gives={"results": list[BulkResult]}),
    ("POST", "/launch"): Operation(
        body=LookBody,
        gives={
            "location": str,
            "job": str,
            "assets": list[AssetKey] | None,
            "schema": dict[str, Any] | None,
            "config": dict[str, Any],
            "config_text": str,
            "example": dict[str, Any],
            "example_text": str,
            "given": dict[str, Any],
            "given_text": str,
            "complete_text": str,
            "findings": list[ShownFinding],
            "steps": list[PlannedStep],
            "partitions": JobPartitions | None,
            "error": ErrorInfo | None,
        },
    ),
    ("POST", "/runs"): Operation(body=LaunchBody, gives=_RUN, status=201),
    ("GET", "/runs/{run_id}"): Operation(
        gives={
            **_RUN,
            "steps": list[StepState],
            "failures": list[EventLogRecord],
            "newest_event": int,
            "has_code": bool,
        }
    ),
    ("GET", "/runs/{run_id}/events"): Operation(
        query={
            "limit": _LIMIT,
            "after": _NUMBER,
            "before": _NUMBER,
            "step": _TEXT,
            "kind": _members([each.value for each in EventKind]),
            "order": {"type": "string", "enum": ["oldest", "newest"]},
        },
        gives={"events": list[EventLogRecord], "next": int | None},
    ),
    ("GET", "/runs/{run_id}/output"): Operation(
        query={"step": _TEXT, "stream": {"type": "string", "enum": ["stdout", "stderr"]}, "cursor": _TEXT},
        gives={"pieces": list[Piece], "next": str, "has_more": bool, "ended": bool},
    ),
    ("POST", "/runs/{run_id}/cancel"): Operation(body=Nothing, gives=_RUN),
    ("POST", "/runs/{run_id}/again"): Operation(body=AgainBody, gives=_RUN, status=201),
    ("GET", "/automations"): Operation(gives={"automations": list[ListedAutomation], "can_write": bool}),
    ("GET", f"{_AUTOMATION}/ticks"): Operation(
        query={"limit": _LIMIT, "before": _NUMBER, "status": _members([each.value for each in TickStatus])},
        gives={"ticks": list[Tick], "next": int | None},
    ),
    ("POST", f"{_AUTOMATION}/start"): Operation(body=Nothing, gives=_SWITCHED),
    ("POST", f"{_AUTOMATION}/stop"): Operation(body=Nothing, gives=_SWITCHED),
    ("POST", f"{_AUTOMATION}/reset"): Operation(body=Nothing, gives=_SWITCHED),
    ("POST", f"{_AUTOMATION}/cursor"): Operation(body=CursorBody, gives={"cursor": str | None}),
    ("GET", "/conditions/{key}"): Operation(
        query={"limit": _LIMIT, "before": _MOMENT, "check": _TEXT},
        gives={
            "condition": str | None,
            "sensors": list[ConditionSensor],
            "evaluations": list[AutomationEvaluation],
            "next": float | None,
        },
    ),
    ("GET", "/freshness"): Operation(
        query={"limit": _LIMIT, "after": _TEXT, "status": _members([each.value for each in FreshnessStatus])},
        gives={"assets": list[ListedFreshness], "next": str | None},
    ),
    ("GET", "/timeline"): Operation(
        query={"from": _MOMENT, "to": _MOMENT},
        gives={"now": float, "runs": list[TimelineRun], "is_cut": bool, "coming": list[ComingTicks]},
    ),
    ("GET", "/values/{key}"): Operation(
        query={
            "partition": _TEXT,
            "version": _TEXT,
            "rows": {"type": "integer", "minimum": 1, "maximum": 200},
        },
        gives={"value": ValueAnswer},
    ),
    ("GET", "/versions/{key}"): Operation(
        query={"partition": _TEXT, "before": _TEXT, "after": _TEXT}, gives=_VERSIONS
    ),
    ("POST", "/rollbacks"): Operation(body=RollbackBody, gives=_VERSIONS),
    ("GET", "/services"): Operation(
        gives={
            "services": list[Heartbeat],
            "is_leading": bool,
            "queued": int,
            "at_work": int,
            "most_runs": int | None,
            "tag_limits": list[TagLimit],
            "pools": dict[str, int],
        }
    ),
    ("POST", f"{_AUTOMATION}/preview"): Operation(
        body=PreviewBody, gives={"result": TickResult | None, "error": ErrorInfo | None}
    ),
    ("GET", "/jobs"): Operation(gives={"jobs": list[ListedJob]}),
    ("GET", "/schedules"): Operation(gives={"schedules": list[ScheduleNode]}),
    ("GET", "/locations"): Operation(gives={"locations": list[ListedLocation], "can_write": bool}),
    ("POST", "/locations/{name}/reload"): Operation(body=Nothing, gives={"name": str}),
    ("GET", "/instance"): Operation(
        gives={
            "version": str,
            "location": str,
            "storage": str,
            "number": int,
            "assets": int,
            "runs": int,
            "can_write": bool,
            "may_show_values": bool,
        }
    ),
    ("GET", "/backfills"): Operation(
        query={
            "limit": _LIMIT,
            "before": _NUMBER,
            "status": _members([each.value for each in BackfillStatus]),
            "asset": _TEXT,
            "job": _TEXT,
        },
        gives={"backfills": list[ListedBackfill], "next": int | None},
    ),
    ("POST", "/backfills"): Operation(body=BackfillBody, gives=_PROGRESS, status=201),
    ("POST", "/backfills/plan"): Operation(
        body=BackfillBody,
        gives={
            "layers": list[BackfillLayer],
            "runs": int,
            "partitions": int,
            "parts": list[BackfillPart],
        },
    ),
    ("GET", _BACKFILL): Operation(gives=_PROGRESS),
    ("GET", f"{_BACKFILL}/parts"): Operation(
        query={
            "limit": _LIMIT,
            "after": _NUMBER,
            "status": _members([each.value for each in PartStatus]),
        },
        gives={"parts": list[BackfillPart], "next": int | None},
    ),
    ("POST", f"{_BACKFILL}/pause"): Operation(body=Nothing, gives=_PROGRESS),
    ("POST", f"{_BACKFILL}/resume"): Operation(body=Nothing, gives=_PROGRESS),
    ("POST", f"{_BACKFILL}/retry"): Operation(body=Nothing, gives=_PROGRESS),
    ("POST", f"{_BACKFILL}/cancel"): Operation(body=Nothing, gives=_PROGRESS),
    ("GET", "/partitions"): Operation(gives={"assets": list[PartitionTotals]}),
    ("GET", "/partitions/{key}/keys"): Operation(
        query={
            "limit": _LIMIT,
            "after": _TEXT,
            "state": _members([each.value for each in PartitionState]),
            "search": _TEXT,
            "order": {"type": "string", "enum": [each.value for each in KeyOrder]},
        },
        gives={"partitions": list[ListedPartition], "next": str | None},
    ),
    ("GET", "/partitions/{key}/spans"): Operation(
        query={"most": {"type": "integer", "minimum": 1, "maximum": 10_000}},
        gives={"total": int, "spans": list[PartitionSpan]},
    ),
    ("GET", "/partitions/{key}"): Operation(
        gives={
            "asset": AssetKey,
            "partitions": PartitionsSpec,
            "backfill_policy": BackfillPolicy | None,
            "first": str | None,
            "last": str | None,
            "totals": PartitionTotals,
        }
    ),
    ("GET", "/openapi.json"): Operation(),
}


class OpenApi:
    """The route of the document."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [*routes, *self.routes()]

    def routes(self) -> list[Route]:
        """The route, below the address of the API."""
        return [Route("/openapi.json", self.show)]

    def show(self, _: Request) -> Response:
        """This document."""
        return answer(**self.document)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document, built when it is first asked for."""
        return build_document(self._routes)


def build_document(routes: Sequence[Route]) -> dict[str, Any]:
    """The document: every route with what it takes and gives."""
    found = [(method, _path(route), route) for route in routes for method in sorted(_methods(route))]
    types = [SensorNode]
    for method, path, _ in found:
        operation = OPERATIONS[method, path]
        types += [each for each in (operation.body, *operation.gives.values()) if each is not None]
    schemas, components = msgspec.json.schema_components(
        types, schema_hook=_key_schema, ref_template=_REFERENCE
    )
    by_type = {_name(each): schema for each, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for method, path, route in found:
        paths.setdefault(path, {})[method.lower()] = _describe(OPERATIONS[method, path], path, route, by_type)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Headwater", "version": version("headwater")},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": {**components, "Refusal": _REFUSAL},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_REFUSAL = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "type": _TEXT,
                "message": _TEXT,
                "suggestions": {"type": "array", "items": _TEXT},
                "facts": {"type": "object"},
            },
            "required": ["type", "message"],
        }
    },
    "required": ["error"],
}


def _describe(operation: Operation, path: str, route: Route, schemas: Mapping[str, Any]) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": each, "in": "path", "required": True, "schema": _TEXT} for each in names]
    parameters += [
        {"name": name, "in": "query", "schema": schema, "explode": True}
        for name, schema in operation.query.items()
    ]
    kind = "text/event-stream" if operation.streams else _JSON
    properties = {name: schemas[_name(each)] for name, each in operation.gives.items()}
    content: dict[str, Any] = {"type": "object", "properties": properties, "required": list(properties)}
    if operation.streams:
        content = _TEXT
    refused = {
        "description": "Refused.",
        "content": {_JSON: {"schema": {"$ref": _REFERENCE.format(name="Refusal")}}},
    }
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": (route.endpoint.__doc__ or "").strip().partition("\n")[0],
        "parameters": parameters,
        "responses": {
            str(operation.status): {"description": "The answer.", "content": {kind: {"schema": content}}},
            "4XX": refused,
            "503": refused,
        },
    }
    if operation.body is not None:
        schema = schemas[_name(operation.body)]
        described["requestBody"] = {"required": True, "content": {_JSON: {"schema": schema}}}
    return described


def _methods(route: Route) -> set[str]:
    return set(route.methods or ()) - {"HEAD"}


def _path(route: Route) -> str:
    return route.path.replace(":path}", "}")


def _name(type_: Any) -> str:
    return repr(type_)


def _key_schema(type_: type) -> dict[str, Any]:
    """The keys of assets and checks, which the codec writes as lists."""
    if type_ is AssetKey:
        return {"type": "array", "items": _TEXT}
    if type_ is AssetCheckKey:
        return {"type": "array", "prefixItems": [{"type": "array", "items": _TEXT}, _TEXT]}
    raise NotImplementedError(type_)
