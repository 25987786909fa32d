"""The page as it was built from ``ui/``: its files, each sent in the smallest form that the browser reads."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

FOLDER = Path(__file__).with_name("page_built")
STATIC = "/static/"
_FORMS = (("br", ".br"), ("gzip", ".gz"))  # the smaller one first
_HASHED = re.compile(r"-[\w-]{8}\.\w+$")  # such a name never gets other content
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"  # asked about each time, answered with 304 while nothing changed
_NOT_BUILT = """This checkout has no built page. Build it, and load this address again:

    make page

The HTTP API works without: /api/v1/openapi.json describes it.
"""


def build_routes() -> list[BaseRoute]:
    """The files of the page."""
    return [Route(f"{STATIC}{{name}}", _send)]


def send_document(request: Request, name: str = "index.html", status: int = 200) -> Response:
    """One of the documents that a browser opens."""
    return send_file(request, name, status) or PlainTextResponse(_NOT_BUILT, status_code=503)


def send_file(request: Request, name: str, status: int = 200) -> Response | None:
    """A file of the page; None when there is none of that name."""
    path = FOLDER / name
    if Path(name).name != name or not path.is_file():
        return None
    headers = {"Cache-Control": _FOR_EVER if _HASHED.search(name) else _ASK_AGAIN, "Vary": "Accept-Encoding"}
    accepted = {
        each.partition(";")[0].strip() for each in request.headers.get("accept-encoding", "").split(",")
    }
    for coding, suffix in _FORMS:
        form = path.with_name(name + suffix)
        if coding in accepted and form.is_file():
            path, headers["Content-Encoding"] = form, coding
            break
    kind = mimetypes.types_map.get(Path(name).suffix, "application/octet-stream")
    return FileResponse(path, status_code=status, headers=headers, media_type=kind)


def _send(request: Request) -> Response:
    return send_file(request, request.path_params["name"]) or PlainTextResponse("Not found.", status_code=404)
