"""The page: the addresses of its views, and its files as they were built from ``ui/``."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import NotModifiedResponse

FOLDER = Path(__file__).with_name("page_built")
# Those of ui/src/views.tsx; any other address is answered with 404, and the page says so.
VIEWS = (
    "/",
    "/catalog",
    "/assets/{key:path}",
    "/runs",
    "/runs/{run_id}",
    "/jobs",
    "/launch",
    "/automation",
    "/automation/{location}/{name}",
    "/backfills",
    "/backfills/{backfill_id}",
    "/locations",
)
_FORMS = (("br", ".br"), ("gzip", ".gz"))  # the smaller one first
_HASHED = re.compile(r"-[\w-]{8}\.\w+$")  # such a name never gets other content
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"  # asked about each time, answered with 304 while nothing changed
_NOT_BUILT = """This checkout has no built page. Build it, and load this address again:

    make page

The HTTP API works without: /api/v1/openapi.json describes it.
"""


def build_routes() -> list[BaseRoute]:
    """Every view is the same document: the script shows what the address says."""
    return [
        *(Route(view, _show_view) for view in VIEWS),
        Route("/static/{name}", _send_named),
    ]


def show_missing(request: Request) -> Response:
    """The page at an address that it does not have; it says so."""
    return _send_document(request, "index.html", 404)


def show_login(request: Request) -> Response:
    """The form that asks for the token."""
    response = _send_document(request, "login.html", 401)
    response.headers["Cache-Control"] = "no-store"
    return response


def _show_view(request: Request) -> Response:
    return _send_document(request, "index.html", 200)


def _send_named(request: Request) -> Response:
    found = _send(request, request.path_params["name"], 200)
    return found or PlainTextResponse("There is no such file.", status_code=404)


def _send_document(request: Request, name: str, status: int) -> Response:
    return _send(request, name, status) or PlainTextResponse(_NOT_BUILT, status_code=503)


def _send(request: Request, name: str, status: int) -> Response | None:
    """A file of the page in the smallest form that the browser reads; None when there is none of that name."""
    path = FOLDER / name
    if Path(name).name != name or "\0" in name or not path.is_file():
        return None
    headers = {"Cache-Control": _FOR_EVER if _HASHED.search(name) else _ASK_AGAIN, "Vary": "Accept-Encoding"}
    given = ",".join(request.headers.getlist("accept-encoding")).split(",")
    accepted = {each.partition(";")[0].strip() for each in given}
    for coding, suffix in _FORMS:
        form = path.with_name(name + suffix)
        if coding in accepted and form.is_file():
            path, headers["Content-Encoding"] = form, coding
            break
    kind = mimetypes.types_map.get(Path(name).suffix, "application/octet-stream")
    response = FileResponse(
        path, status_code=status, headers=headers, media_type=kind, stat_result=path.stat()
    )
    if status == 200 and request.headers.get("if-none-match") == response.headers["etag"]:
        return NotModifiedResponse(response.headers)
    return response
