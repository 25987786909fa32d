"""The HTTP application: the API below ``/api/v1``, the page, and the guard before both."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from headwater.instance.instance import DagsterInstance
from headwater.instance.supervisor import Supervisor
from headwater.model.manifest import Manifest
from headwater.server import web_page
from headwater.server.access import Access
from headwater.server.asset_api import AssetApi
from headwater.server.automation_api import AutomationApi
from headwater.server.backfill_api import BackfillApi
from headwater.server.bulk_api import BulkApi
from headwater.server.condition_api import ConditionApi
from headwater.server.event_stream import EventStream
from headwater.server.guard import API, Guard
from headwater.server.launch_api import LaunchApi
from headwater.server.location import Location
from headwater.server.location_api import LocationApi
from headwater.server.log_pulse import LogPulse
from headwater.server.openapi import OpenApi
from headwater.server.partition_api import PartitionApi
from headwater.server.refusal import REFUSED_ERRORS, Refusal, refuse
from headwater.server.run_api import RunApi
from headwater.server.timeline_api import TimelineApi
from headwater.server.value_api import ValueApi
from headwater.server.version_api import VersionApi


def build_app(
    instance: DagsterInstance,
    manifest: Manifest | None = None,
    *,
    supervisor: Supervisor | None = None,
    token: str | None = None,
    own_hosts_only: bool = True,
    may_show_values: bool | None = None,
    pulse: LogPulse | None = None,
) -> Starlette:
    """The application over the history of ``instance`` and the definitions of ``manifest``, or what ``supervisor`` has.

    ``token``: who asks must have it. ``own_hosts_only``: answer only requests for localhost (:class:`Guard`
    says why). ``may_show_values``: stored values, too (unless told otherwise, on this machine only). ``pulse`` wakes
    the open streams; whoever gives one closes it when the server stops.

    >>> with DagsterInstance.ephemeral() as instance:
    ...     app = build_app(instance, Manifest())
    """
    location = Location(instance, manifest, supervisor)
    access = Access(token)
    shows_values = own_hosts_only if may_show_values is None else may_show_values
    api = [
        *AssetApi(location).routes(),
        *EventStream(location, pulse or LogPulse(location.event_log)).routes(),
        *LaunchApi(location).routes(),
        *BulkApi(location).routes(),
        *RunApi(location).routes(),
        *AutomationApi(location).routes(),
        *ConditionApi(location).routes(),
        *BackfillApi(location).routes(),
        *PartitionApi(location).routes(),
        *TimelineApi(location).routes(),
        *ValueApi(location, is_allowed=shows_values).routes(),
        *VersionApi(location, is_allowed=shows_values).routes(),
        *LocationApi(location, may_show_values=shows_values).routes(),
    ]
    api += OpenApi(api).routes()
    return Starlette(
        routes=[
            Mount("/api/v1", routes=api),
            *([] if access.is_open else _build_login_routes(access)),
            *web_page.build_routes(),
        ],
        middleware=[Middleware(Guard, access=access, own_hosts_only=own_hosts_only)],
        exception_handlers={HTTPException: _refuse_route, **dict.fromkeys(REFUSED_ERRORS, refuse)},
    )


def _build_login_routes(access: Access) -> list[Route]:
    return [
        Route("/login", web_page.show_login, methods=["GET"]),
        Route("/login", access.log_in, methods=["POST"]),
    ]


async def _refuse_route(request: Request, error: Exception) -> Response:
    """No such route, or not by this method: as JSON to a program, as the page to a visitor."""
    assert isinstance(error, HTTPException)
    if request.url.path.startswith(API):
        types = {404: "RouteNotFound", 405: "MethodNotAllowed"}
        message = f"{request.method} {request.url.path}: {error.detail}."
        return Refusal(error.status_code, types.get(error.status_code, "HttpError"), message).build_response()
    if error.status_code == 404:
        return web_page.show_missing(request)
    return Response(error.detail, error.status_code)
